-- name: insert
-- No type stands beside a parameter: where letters are sealed, the columns have another one.
INSERT INTO letter (id, recipient, subject, body, kind, about, expires_at, calendar, headers, written_at, next_try_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::text::jsonb, $10, $10);

-- name: replace
DELETE FROM letter WHERE about = $1 AND kind = $2;

-- name: about
SELECT id FROM letter WHERE about = $1;

-- name: drop_about
DELETE FROM letter WHERE about = $1;

-- name: drop_expired
-- SKIP LOCKED: a writer may be replacing them, in another order.
DELETE FROM letter WHERE ctid = ANY (
    ARRAY (SELECT ctid FROM letter WHERE expires_at <= $1 AND set_aside_at IS NULL LIMIT 1000 FOR UPDATE SKIP LOCKED));

-- name: lease
-- SKIP LOCKED: several workers share the letters. Whoever has a lease sends outside this transaction. Those that are
-- worth nothing after a while, such as codes, go before any number of others.
WITH leased AS (
    UPDATE letter SET lease = $1, next_try_at = $3
     WHERE id IN (SELECT id FROM letter WHERE next_try_at <= $2 AND set_aside_at IS NULL
                   ORDER BY expires_at NULLS LAST, next_try_at LIMIT $4
                     FOR UPDATE SKIP LOCKED)
    RETURNING id, recipient, subject, body, kind, about, expires_at, attempts, calendar, headers, written_at
)
SELECT id, recipient, subject, body, kind, about, expires_at, attempts, calendar, headers::text AS headers FROM leased
 ORDER BY expires_at NULLS LAST, written_at, id;

-- name: hold
-- Only who still has the lease may send, and only what is still worth it.
UPDATE letter SET next_try_at = $4
 WHERE id = $1 AND lease = $2 AND set_aside_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
RETURNING true;

-- name: remove
DELETE FROM letter WHERE id = $1;

-- name: put_off
UPDATE letter SET attempts = attempts + 1, lease = NULL, next_try_at = $3 WHERE id = $1 AND lease = $2;

-- name: release
UPDATE letter SET lease = NULL, next_try_at = $2 WHERE lease = $1 AND set_aside_at IS NULL;

-- name: set_aside
UPDATE letter SET lease = NULL, set_aside_at = $3, reason = $4 WHERE id = $1 AND lease = $2 RETURNING true;

-- name: send_again
-- Whoever holds a lease on it is sending it at this moment.
UPDATE letter SET set_aside_at = NULL, reason = '', attempts = 0,
       next_try_at = CASE WHEN lease IS NULL THEN $2 ELSE next_try_at END
 WHERE id = $1 AND (expires_at IS NULL OR expires_at > $2)
RETURNING true;

-- name: prune_set_aside
DELETE FROM letter WHERE ctid = ANY (
    ARRAY (SELECT ctid FROM letter WHERE set_aside_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED));

-- name: waiting_to_go
SELECT count(*), min(set_aside_at) AS oldest FROM letter WHERE set_aside_at < $1;
