-- name: open
INSERT INTO inbox (reader, topic, partition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: place
SELECT epoch, mark, chain, next_offset FROM inbox WHERE reader = $1 AND topic = $2 AND partition = $3;

-- name: lock
-- Whoever holds the row applies; everyone else waits and then finds the mark moved.
SELECT epoch, mark, chain, next_offset FROM inbox WHERE reader = $1 AND topic = $2 AND partition = $3
   FOR UPDATE;

-- name: move
-- Compare-and-set: only from the place that was locked.
UPDATE inbox
   SET epoch = $6, mark = $7, chain = $8, next_offset = $9,
       applied = CASE WHEN $10 THEN 0 ELSE applied END + $11,
       parked = CASE WHEN $10 THEN 0 ELSE parked END + $12,
       unknown = unknown + $13, duplicates = duplicates + $14,
       watermark = CASE WHEN $10 THEN $15 ELSE greatest(watermark, $15) END
 WHERE reader = $1 AND topic = $2 AND partition = $3 AND epoch = $4 AND mark = $5;

-- name: watermarks
SELECT topic, partition, watermark FROM inbox WHERE reader = ANY ($1::text[]) AND watermark IS NOT NULL;

-- name: park
INSERT INTO dead_letter (reader, topic, partition, epoch, seq, record_offset, body, reason, parked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
ON CONFLICT DO NOTHING RETURNING id;

-- name: marks
SELECT topic, partition, epoch, mark FROM inbox WHERE reader = $1;
