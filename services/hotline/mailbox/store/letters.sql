-- name: taken
SELECT outcome FROM mailbox_letter WHERE municipality = $1 AND digest = $2;

-- name: take
-- DO NOTHING: a copy, or another worker was quicker. One that was parked may be taken after all.
INSERT INTO mailbox_letter (municipality, id, digest, sender, taken_at, outcome, files)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (municipality, digest) DO UPDATE SET outcome = excluded.outcome, files = excluded.files
    WHERE mailbox_letter.outcome = 'parked' AND $8
RETURNING id;

-- name: wrote_again
-- The keys of a copy's files are those of the first: where an inquiry has them they stay.
UPDATE mailbox_letter SET files = greatest(files, $3)
 WHERE municipality = $1 AND digest = $2 AND inquiry_id IS NULL;

-- name: settle
UPDATE mailbox_letter SET outcome = $3, inquiry_id = $4, files = 0 WHERE municipality = $1 AND id = $2;

-- name: park
INSERT INTO mailbox_letter (municipality, id, digest, sender, taken_at, outcome, original, files)
VALUES ($1, $2, $3, '', $4, 'parked', $5, $6)
ON CONFLICT (municipality, digest) DO NOTHING
RETURNING id;

-- name: original
SELECT municipality, original FROM mailbox_letter WHERE id = $1;

-- name: recent
SELECT count(*) FROM (
    SELECT FROM mailbox_letter WHERE municipality = $1 AND sender = $2 AND taken_at > $3 LIMIT $4) AS counted;

-- name: last_entry
SELECT max(nth) FROM inquiry_entry WHERE municipality = $1 AND inquiry_id = $2 AND kind = ANY ($3::text[]);

-- name: keep_whole
INSERT INTO inquiry_letter (municipality, inquiry_id, id, entry, whole) VALUES ($1, $2, $3, $4, $5);

-- name: keep_file
INSERT INTO inquiry_file (municipality, inquiry_id, id, entry, name, media_type, size, key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: wholes
SELECT entry, whole FROM inquiry_letter WHERE municipality = $1 AND inquiry_id = $2 ORDER BY entry, id;

-- name: files
SELECT id, entry, name, media_type, size FROM inquiry_file
 WHERE municipality = $1 AND inquiry_id = $2 AND NOT erased ORDER BY entry, id;

-- name: file
SELECT name, media_type, size, key FROM inquiry_file WHERE inquiry_id = $1 AND id = $2 AND NOT erased;

-- name: erased
SELECT municipality, inquiry_id, id, key FROM inquiry_file WHERE erased
 ORDER BY municipality, inquiry_id, id LIMIT $1 OFFSET $2;

-- name: discard
DELETE FROM inquiry_file WHERE municipality = $1 AND inquiry_id = $2 AND id = $3;

-- name: settle_parked
-- Read after all it may have another digest, and then a row of its own.
-- By its inquiry whoever is erased finds its original.
UPDATE mailbox_letter
   SET outcome = $3, inquiry_id = (SELECT read.inquiry_id FROM mailbox_letter AS read
                                    WHERE read.municipality = $4 AND read.digest = $5)
 WHERE municipality = $1 AND id = $2 AND outcome = 'parked';

-- name: count_files_of_expired
SELECT f.municipality, count(*) AS count
  FROM inquiry AS i JOIN inquiry_file AS f ON f.municipality = i.municipality AND f.inquiry_id = i.id
 WHERE (i.closed_at < $1
        OR (i.status IN ('new', 'taken', 'waiting', 'transferred') AND i.campaign = ANY ($2::text[])))
   AND i.erased_at IS NULL AND NOT f.erased
 GROUP BY f.municipality;

-- name: count_expired
SELECT municipality, count(*) AS count FROM mailbox_letter
 WHERE original <> '' AND outcome <> 'expired' AND taken_at < $1 GROUP BY municipality;

-- name: expire
UPDATE mailbox_letter SET outcome = 'expired'
 WHERE (municipality, id) IN (SELECT municipality, id FROM mailbox_letter
                               WHERE original <> '' AND outcome <> 'expired' AND taken_at < $1
                               ORDER BY taken_at, id LIMIT $2 FOR UPDATE)
RETURNING municipality, id;

-- name: expired_originals
SELECT municipality, id, original AS key FROM mailbox_letter
 WHERE original <> '' AND outcome IN ('expired', 'ignored', 'known') ORDER BY taken_at, id LIMIT $1 OFFSET $2;

-- name: discard_original
UPDATE mailbox_letter SET original = '' WHERE municipality = $1 AND id = $2;

-- name: left_over
SELECT municipality, id, digest, files FROM mailbox_letter
 WHERE files > 0 AND outcome IN ('ignored', 'expired') ORDER BY taken_at, id LIMIT $1 OFFSET $2;

-- name: discard_files
UPDATE mailbox_letter SET files = 0 WHERE municipality = $1 AND id = $2;

-- name: forget_senders
UPDATE mailbox_letter SET sender = ''
 WHERE (municipality, id) IN (SELECT municipality, id FROM mailbox_letter
                               WHERE sender <> '' AND taken_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);
