-- name: keep
INSERT INTO inquiry_clock (municipality, inquiry_id, step, minutes, began_at, warns_at, due_at, warned, breached,
                           left_minutes, next_at, regulation_of, regulation, zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (municipality, inquiry_id, step) DO UPDATE
   SET minutes = excluded.minutes, began_at = excluded.began_at, warns_at = excluded.warns_at,
       due_at = excluded.due_at, warned = excluded.warned, breached = excluded.breached,
       left_minutes = excluded.left_minutes, next_at = excluded.next_at, regulation_of = excluded.regulation_of,
       regulation = excluded.regulation, zone = excluded.zone;

-- name: drop_others
DELETE FROM inquiry_clock WHERE municipality = $1 AND inquiry_id = $2 AND step <> ALL ($3::text[]);

-- name: of_inquiry
SELECT step, minutes, began_at, warns_at, due_at, regulation_of, regulation, zone, warned, breached,
       left_minutes AS left
  FROM inquiry_clock WHERE municipality = $1 AND inquiry_id = $2 ORDER BY due_at, step;

-- name: due
-- In the order in which they come, from where the last look ended. By its inquiry each: a join might read all of those.
SELECT municipality, inquiry_id, step, next_at
  FROM inquiry_clock AS c
 WHERE next_at <= $1 AND (next_at, inquiry_id, step) > ($2, $3, $4)
   AND (SELECT campaign FROM inquiry WHERE municipality = c.municipality AND id = c.inquiry_id) = $5
 ORDER BY next_at, inquiry_id, step
 LIMIT $6;

-- name: lock
-- SKIP LOCKED: another worker is at it. After the wait for the inquiry it may have moved, so it is read here.
SELECT next_at FROM inquiry_clock
 WHERE municipality = $1 AND inquiry_id = $2 AND step = $3 AND next_at <= $4
   FOR UPDATE SKIP LOCKED;

-- name: oldest
SELECT next_at FROM inquiry_clock AS c
 WHERE next_at <= $1
   AND (SELECT campaign FROM inquiry WHERE municipality = c.municipality AND id = c.inquiry_id) = $2
 ORDER BY next_at LIMIT 1;

-- name: next
SELECT min(next_at) FROM inquiry_clock WHERE next_at > $1;
