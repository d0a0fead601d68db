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

-- name: earlier_many
SELECT scope, key, fingerprint, status, body
  FROM idempotency_key
 WHERE (scope, key) IN (SELECT * FROM unnest($1::text[], $2::text[]));
