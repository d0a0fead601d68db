-- name: insert
INSERT INTO letter (id, recipient, subject, body, written_at, next_try_at) VALUES ($1, $2, $3, $4, $5, $5);

-- name: take
-- SKIP LOCKED: several workers share the letters.
SELECT id, recipient, subject, body, attempts
  FROM letter WHERE next_try_at <= $1
 ORDER BY next_try_at LIMIT $2
   FOR UPDATE SKIP LOCKED;

-- name: remove
DELETE FROM letter WHERE id = ANY ($1::uuid[]);

-- name: put_off
UPDATE letter SET attempts = attempts + 1, next_try_at = $2 WHERE id = $1;
