-- name: all_smos
SELECT id, name, covers_all, version FROM smo ORDER BY id;

-- name: save
INSERT INTO smo (id, name, covers_all, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::int[])
ON CONFLICT (id) DO UPDATE
   SET name = excluded.name, covers_all = excluded.covers_all, version = excluded.version;
