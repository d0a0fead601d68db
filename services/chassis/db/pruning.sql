-- name: idempotency_keys
-- SKIP LOCKED, here and below: a row that somebody uses is left for the next time, and nobody waits for us.
DELETE FROM idempotency_key WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_key WHERE used_at < $1 ORDER BY used_at LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: replayed_events
DELETE FROM dead_letter WHERE id IN (
    SELECT id FROM dead_letter WHERE replayed_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: waiting_keys
SELECT count(*), min(used_at) AS oldest FROM idempotency_key WHERE used_at < $1;

-- name: waiting_events
SELECT count(*), min(replayed_at) AS oldest FROM dead_letter WHERE replayed_at < $1;
