-- name: take
-- A concurrent repeat waits here until the first is over.
INSERT INTO idempotency_key (scope, key, fingerprint) VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING RETURNING true;

-- name: earlier
SELECT fingerprint, status, body FROM idempotency_key WHERE scope = $1 AND key = $2;

-- name: keep
UPDATE idempotency_key SET status = $3, body = $4 WHERE scope = $1 AND key = $2;

-- name: release
DELETE FROM idempotency_key WHERE scope = $1 AND key = $2 AND status IS NULL;

-- name: take_many
-- One statement for a whole batch, sorted so that two batches cannot deadlock. Returns the new ones.
INSERT INTO idempotency_key (scope, key, fingerprint, status, body)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::smallint[], $5::text[])
 ORDER BY 1, 2
ON CONFLICT DO NOTHING
RETURNING scope, key;

-- name: earlier_many
SELECT scope, key, fingerprint, status, body
  FROM idempotency_key
 WHERE (scope, key) IN (SELECT * FROM unnest($1::text[], $2::text[]));
