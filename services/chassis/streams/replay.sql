-- name: parked
SELECT reader, topic, partition, epoch, seq, body FROM dead_letter WHERE id = $1 AND replayed_at IS NULL;

-- name: done
UPDATE dead_letter SET replayed_at = $2 WHERE id = $1 AND replayed_at IS NULL RETURNING true;

-- name: count_as_applied
UPDATE inbox SET applied = applied + 1, parked = parked - 1
 WHERE reader = $1 AND topic = $2 AND partition = $3 AND epoch = $4 AND parked > 0;
