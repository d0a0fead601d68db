-- The chain after an event, as contracts/streams.py has it: SHA-256 of the chain before and the id, 16 bytes in hex.
CREATE FUNCTION chain_on(before text, head text, event_id uuid) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT encode(substr(sha256(decode(coalesce(before, head), 'hex') || uuid_send(event_id)), 1, 16), 'hex')
$$;

-- The chain over events, from the head of their stream on.
CREATE AGGREGATE chained(head text, event_id uuid) (SFUNC = chain_on, STYPE = text);

-- A relay's step in one transaction: mark what was acknowledged, give numbers to committed rows that have none,
-- return what is to be sent next. It is committed before anything of it is sent.
CREATE FUNCTION relay_step(
    acked_topics text[], acked_partitions smallint[], acked_epochs int[], acked_seqs bigint[],
    held_topics text[], held_partitions smallint[],
    number_at_once int, send_at_once int
) RETURNS TABLE (
    topic text, partition smallint, epoch int, seq bigint, chain text, event_id uuid, type text, subject text,
    partition_key text, happened_at timestamptz, correlation_id text, data text
)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    locked_topics text[];
    locked_partitions smallint[];
BEGIN
    -- The row lock is the mutual exclusion between relays; sorted, so that two cannot deadlock.
    SELECT array_agg(topic), array_agg(partition) INTO locked_topics, locked_partitions
      FROM (SELECT topic, partition FROM outbox_stream AS s
             WHERE EXISTS (SELECT FROM outbox_pending AS p WHERE p.topic = s.topic AND p.partition = s.partition)
                OR (topic, partition) IN (SELECT * FROM unnest(acked_topics, acked_partitions))
             ORDER BY topic, partition
               FOR UPDATE) AS locked;

    IF locked_topics IS NOT NULL THEN
        -- Only under the epoch that was sent: a batch of an older epoch says nothing of this one.
        UPDATE outbox_stream AS s SET sent_seq = greatest(s.sent_seq, t.seq)
          FROM unnest(acked_topics, acked_partitions, acked_epochs, acked_seqs) AS t (topic, partition, epoch, seq)
         WHERE s.topic = t.topic AND s.partition = t.partition AND s.epoch = t.epoch;

        -- A statement of its own behind the lock: it sees what was committed until then.
        WITH numbered AS (
            INSERT INTO outbox_number (topic, partition, epoch, seq, outbox_id, chain)
            SELECT s.topic, s.partition, s.epoch, s.last_seq + row_number() OVER stream, p.outbox_id,
                   chained(s.chain, o.event_id) OVER stream
              FROM unnest(locked_topics, locked_partitions) AS locked (topic, partition)
              JOIN outbox_stream AS s USING (topic, partition)
             CROSS JOIN LATERAL (SELECT outbox_id FROM outbox_pending AS p
                                  WHERE p.topic = s.topic AND p.partition = s.partition
                                  ORDER BY outbox_id LIMIT number_at_once) AS p
              JOIN outbox AS o ON o.id = p.outbox_id
            WINDOW stream AS (PARTITION BY s.topic, s.partition ORDER BY p.outbox_id)
            RETURNING topic, partition, seq, outbox_id, chain
        ), done AS (
            DELETE FROM outbox_pending AS p USING numbered AS n
             WHERE p.topic = n.topic AND p.partition = n.partition AND p.outbox_id = n.outbox_id
        )
        UPDATE outbox_stream AS s SET last_seq = n.seq, chain = n.chain
          FROM (SELECT DISTINCT ON (topic, partition) topic, partition, seq, chain
                  FROM numbered ORDER BY topic, partition, seq DESC) AS n
         WHERE s.topic = n.topic AND s.partition = n.partition;
    END IF;

    RETURN QUERY
    SELECT s.topic, s.partition, s.epoch, n.seq, n.chain, o.event_id, o.type, o.subject, o.partition_key,
           o.happened_at, o.correlation_id, o.data
      FROM outbox_stream AS s
     CROSS JOIN LATERAL (SELECT seq, chain, outbox_id FROM outbox_number AS n
                          WHERE n.topic = s.topic AND n.partition = s.partition AND n.epoch = s.epoch
                            AND n.seq > s.sent_seq
                          ORDER BY seq LIMIT send_at_once) AS n
      JOIN outbox AS o ON o.id = n.outbox_id
     WHERE s.sent_seq < s.last_seq
       AND (s.topic, s.partition) NOT IN (SELECT * FROM unnest(held_topics, held_partitions))
     ORDER BY s.topic, s.partition, n.seq;
END
$$;
