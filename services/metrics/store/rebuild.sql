-- name: forget_marks
DELETE FROM inbox WHERE reader = $1;

-- name: empty
TRUNCATE spare.fact, spare.case_fact, spare.counter;

-- name: hold
-- While these rows are locked the live reader waits, so that both table sets stand at one place.
SELECT topic, partition FROM inbox WHERE reader = $1 ORDER BY topic, partition FOR UPDATE;

-- name: take_parked
-- The marks are equal; what was parked on the way may not be.
UPDATE inbox AS live SET applied = rebuilt.applied, parked = rebuilt.parked
  FROM inbox AS rebuilt
 WHERE live.reader = $1 AND rebuilt.reader = $2
   AND (live.topic, live.partition) = (rebuilt.topic, rebuilt.partition);

-- name: forget_dead_letters
-- Whoever lists what is set aside looks for nothing that was counted anew.
WITH gone AS (DELETE FROM dead_letter WHERE reader = $1 RETURNING id)
DELETE FROM set_aside WHERE kind = 'event' AND reference IN (SELECT id::text FROM gone);

-- name: take_dead_letters
UPDATE dead_letter SET reader = $1 WHERE reader = $2;

-- name: alone
SELECT pg_try_advisory_lock(7031995);

-- name: alone_no_more
SELECT pg_advisory_unlock(7031995);

-- name: nothing_left
-- Whoever was told of a figure that is counted no more is told that nothing is left of it.
INSERT INTO spare.counter (campaign, municipality, family, key, counter, n, topic, partition)
SELECT campaign, municipality, family, key, counter, 0, topic, partition FROM figures.counter
ON CONFLICT DO NOTHING;

-- name: swap
DO $$ BEGIN
    ALTER SCHEMA figures RENAME TO outgoing;
    ALTER SCHEMA spare RENAME TO figures;
    ALTER SCHEMA outgoing RENAME TO spare;
END $$;

-- name: tell_everybody
-- Any figure may be another one now, of the days that are frozen too.
SELECT pg_notify($1, $2);
