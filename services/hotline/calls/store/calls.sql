-- name: secret
SELECT digest FROM exchange_secret WHERE municipality = $1;

-- name: keep_secret
INSERT INTO exchange_secret (municipality, digest, made_at) VALUES ($1, $2, $3)
ON CONFLICT (municipality) DO UPDATE SET digest = excluded.digest, made_at = excluded.made_at;

-- name: secret_made
SELECT made_at FROM exchange_secret WHERE municipality = $1;

-- name: lock
-- FOR UPDATE: of two reports of one call, one waits for the other.
SELECT municipality, id, phone, written, dialled, began_at, rang_at, answered_at, hung_up_at, look_at, inquiry_id
  FROM call WHERE municipality = $1 AND id = $2 FOR UPDATE;

-- name: begin
-- DO NOTHING: of two first reports at once, one makes the call, and both are told of it.
INSERT INTO call (municipality, id, phone, written, dialled, began_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (municipality, id) DO NOTHING;

-- name: save
UPDATE call
   SET phone = $3, written = $4, dialled = $5, began_at = $6, rang_at = $7, answered_at = $8, hung_up_at = $9,
       look_at = $10, inquiry_id = $11
 WHERE municipality = $1 AND id = $2;

-- name: due
SELECT municipality, id FROM call WHERE look_at <= $1 ORDER BY look_at LIMIT $2;

-- name: lock_caller
-- Calls of one number become cases one after another.
SELECT pg_advisory_xact_lock(hashtextextended('call:' || $1 || ':' || $2, 0));

-- name: case_of
-- The case that a number's last call became.
SELECT inquiry_id FROM call
 WHERE municipality = $1 AND phone = $2 AND (phone <> '' OR written = $4) AND inquiry_id IS NOT NULL AND began_at >= $3
 ORDER BY began_at DESC LIMIT 1;

-- name: last
SELECT municipality, id, phone, written, dialled, began_at, rang_at, answered_at, hung_up_at, look_at, inquiry_id
  FROM call WHERE municipality = ANY ($1::text[]) ORDER BY began_at DESC, id LIMIT $2;

-- name: ringing
SELECT municipality, id, phone, written, dialled, began_at, rang_at, answered_at, hung_up_at, look_at, inquiry_id
  FROM call
 WHERE municipality = ANY ($1::text[]) AND look_at > $2 AND rang_at IS NOT NULL AND answered_at IS NULL AND hung_up_at IS NULL
 ORDER BY rang_at, id;

-- name: expired
DELETE FROM call WHERE (municipality, id) IN (
    SELECT municipality, id FROM call WHERE began_at < $1 AND look_at IS NULL LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: forget_numbers_of
UPDATE call SET phone = '', written = '' WHERE inquiry_id = $1;
