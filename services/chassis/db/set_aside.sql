-- name: add
INSERT INTO set_aside (id, kind, reference, subject, reason, tenant, set_aside_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (kind, reference) DO UPDATE
   SET subject = excluded.subject, reason = excluded.reason, attempts = set_aside.attempts + 1, asked_at = NULL;

-- name: listed
SELECT id, kind, reference, subject, reason, tenant, set_aside_at, attempts, asked_at, retried_at
  FROM set_aside ORDER BY set_aside_at DESC, id LIMIT $1;

-- name: count
SELECT count(*) FROM set_aside;

-- name: ask
UPDATE set_aside SET asked_at = $2 WHERE id = $1 RETURNING true;

-- name: remove
DELETE FROM set_aside WHERE id = $1;

-- name: forget
DELETE FROM set_aside WHERE kind = $1 AND reference = $2;

-- name: forget_about
DELETE FROM set_aside WHERE kind = $1 AND reference = ANY ($2::text[]);

-- name: next_asked
-- SKIP LOCKED: several workers share them.
SELECT id, kind, reference, subject, reason, tenant, set_aside_at, attempts, asked_at, retried_at
  FROM set_aside WHERE asked_at IS NOT NULL
 ORDER BY asked_at LIMIT 1
   FOR UPDATE SKIP LOCKED;

-- name: wait
UPDATE set_aside SET asked_at = NULL, retried_at = $2 WHERE id = $1;

-- name: failed
UPDATE set_aside SET asked_at = NULL, retried_at = $2, attempts = attempts + 1, reason = $3 WHERE id = $1;

-- name: prune_letters
DELETE FROM set_aside WHERE id IN (
    SELECT id FROM set_aside WHERE kind = 'letter' AND set_aside_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: letters_waiting
SELECT count(*), min(set_aside_at) AS oldest FROM set_aside WHERE kind = 'letter' AND set_aside_at < $1;
