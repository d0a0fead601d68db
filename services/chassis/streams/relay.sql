-- name: lead
-- Only saves work: the stream's row lock is what keeps relays apart.
SELECT pg_try_advisory_lock($1);

-- name: still_there
-- The leader's sign of life: the server ends a leading session that says nothing.
SELECT true;

-- name: add_streams
INSERT INTO outbox_stream (topic, partition)
SELECT * FROM unnest($1::text[], $2::smallint[])
ON CONFLICT DO NOTHING;

-- name: reach_watermark
-- Under the streams' locks, in their order: of two relays one states it.
WITH behind AS (
    SELECT topic, partition FROM outbox_stream
     WHERE (watermark IS NULL OR watermark < $1)
       AND (topic, partition) IN (SELECT * FROM unnest($2::text[], $3::smallint[]))
     ORDER BY topic, partition
       FOR UPDATE
)
UPDATE outbox_stream AS s SET watermark = $1 FROM behind AS b
 WHERE (s.topic, s.partition) = (b.topic, b.partition)
RETURNING s.topic, s.partition;

-- name: step
-- Marks what was acknowledged, numbers, and returns what is to be sent next, of all streams but those held.
SELECT * FROM relay_step($1, $2, $3, $4, $5, $6, $7, $8);

-- name: mark_sent
-- Only under the epoch that was sent: a batch of an older epoch says nothing of this one.
UPDATE outbox_stream AS s SET sent_seq = greatest(s.sent_seq, t.seq)
  FROM unnest($1::text[], $2::smallint[], $3::int[], $4::bigint[]) AS t (topic, partition, epoch, seq)
 WHERE s.topic = t.topic AND s.partition = t.partition AND s.epoch = t.epoch;

-- name: go_back
-- How far the stream was sent before.
WITH before AS (
    SELECT topic, partition, sent_seq FROM outbox_stream
     WHERE topic = $1 AND partition = $2 AND epoch = $3 AND sent_seq >= $4 FOR UPDATE
)
UPDATE outbox_stream AS s SET sent_seq = $4 - 1
  FROM before WHERE (s.topic, s.partition) = (before.topic, before.partition)
RETURNING before.sent_seq;

-- name: streams
SELECT topic, partition, epoch, last_seq, sent_seq, chain FROM outbox_stream ORDER BY topic, partition;

-- name: lock_stream
SELECT epoch, last_seq, sent_seq, chain FROM outbox_stream WHERE topic = $1 AND partition = $2 FOR UPDATE;

-- name: chains
SELECT seq, chain FROM outbox_number
 WHERE topic = $1 AND partition = $2 AND epoch = $3 AND seq = ANY ($4::bigint[]);

-- name: unknown_ids
SELECT t.id FROM unnest($1::uuid[]) AS t (id)
 WHERE NOT EXISTS (SELECT FROM outbox AS o WHERE o.topic = $2 AND o.event_id = t.id);

-- name: read_for_long
-- Reading the log for an alarm may take long between two statements.
SELECT set_config('idle_in_transaction_session_timeout', '2min', true);

-- name: begin_epoch
-- Readers begin anew, and so does what was stated to them, but for what has no number yet: that comes in
-- this epoch.
UPDATE outbox_stream AS s
   SET epoch = $3, last_seq = $4, sent_seq = 0, chain = $5,
       watermark = (SELECT max((o.data::jsonb ->> 'moment')::timestamptz)
                      FROM outbox_pending AS p JOIN outbox AS o ON o.id = p.outbox_id
                     WHERE p.topic = s.topic AND p.partition = s.partition AND o.type = $6)
 WHERE s.topic = $1 AND s.partition = $2;

-- name: number_epoch
INSERT INTO outbox_number (topic, partition, epoch, seq, outbox_id, chain)
SELECT $1, $2, $3, * FROM unnest($4::bigint[], $5::bigint[], $6::text[]);

-- name: raise_alarm
INSERT INTO epoch_alarm (topic, partition, epoch, raised_at, lost) VALUES ($1, $2, $3, now(), $4::jsonb);

-- name: alarms
SELECT topic, partition, epoch, raised_at, lost FROM epoch_alarm ORDER BY raised_at, topic, partition;

-- name: oldest_unsent
SELECT coalesce(extract(epoch FROM now() - min(o.happened_at)), 0)::float8
  FROM outbox AS o
 WHERE o.id IN (SELECT min(outbox_id) FROM outbox_pending
                UNION ALL
                SELECT min(n.outbox_id) FROM outbox_number AS n JOIN outbox_stream AS s
                    ON n.topic = s.topic AND n.partition = s.partition AND n.epoch = s.epoch
                   AND n.seq > s.sent_seq AND n.seq <= s.sent_seq + 1);
