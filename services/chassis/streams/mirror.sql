-- name: keep
-- The version guard: an older state never replaces a newer one.
INSERT INTO mirror (topic, partition, subject, type, version, data)
SELECT * FROM unnest($1::text[], $2::smallint[], $3::text[], $4::text[], $5::int[], $6::text[])
ON CONFLICT (topic, subject) DO UPDATE
   SET partition = excluded.partition, type = excluded.type, version = excluded.version,
       data = excluded.data
 WHERE mirror.version < excluded.version;

-- name: forget
DELETE FROM mirror WHERE topic = $1 AND partition = $2;

-- name: of_topic
SELECT type, data FROM mirror WHERE topic = $1 AND type = ANY ($2::text[]) ORDER BY subject;

-- name: one
SELECT data FROM mirror WHERE topic = $1 AND subject = $2 AND type = $3;

-- name: fingerprint
-- Moves with every batch that a mirror of this topic applies, and with every parked event that is repeated.
SELECT coalesce(string_agg(concat_ws(':', reader, epoch, mark, applied), ',' ORDER BY reader, partition), '')
  FROM inbox WHERE topic = $1;

-- name: content
-- Moves with what is said alone: not with what other readers read, nor with what is of no such type.
SELECT coalesce(md5(string_agg(md5(type || data), '' ORDER BY subject)), '')
  FROM mirror WHERE topic = $1 AND type = ANY ($2::text[]);
