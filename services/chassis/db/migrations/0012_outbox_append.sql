-- Writes events to the outbox, of which `places` names the few that are meant, counted from 1; without it all are.
-- Ids follow the order of the events, so one transaction's events keep theirs.
CREATE FUNCTION outbox_append(
    event_ids uuid[], topics text[], partitions smallint[], types text[], subjects text[], partition_keys text[],
    moments timestamptz[], correlation_ids text[], bodies text[], places bigint[] DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    WITH event AS (
        INSERT INTO outbox (event_id, topic, partition, type, subject, partition_key, happened_at, correlation_id, data)
        SELECT event_id, topic, partition, type, subject, partition_key, happened_at, correlation_id, data
          FROM unnest(event_ids, topics, partitions, types, subjects, partition_keys, moments, correlation_ids, bodies)
               WITH ORDINALITY AS t (event_id, topic, partition, type, subject, partition_key, happened_at,
                                     correlation_id, data, nth)
         WHERE places IS NULL OR nth = ANY (places)
         ORDER BY nth
        RETURNING topic, partition, id
    )
    INSERT INTO outbox_pending (topic, partition, outbox_id) SELECT topic, partition, id FROM event;
END
$$;

-- Takes the keys of what is asked together, each with the result of it. Returns the places, counted from 1, of what is
-- new: neither asked before nor twice here, or without a key. A concurrent repeat waits here until the first is over.
CREATE FUNCTION idempotency_take(
    of_scopes text[], of_keys text[], fingerprints bytea[], with_status smallint, bodies text[]
) RETURNS bigint[]
LANGUAGE plpgsql AS $$
DECLARE
    places bigint[];
BEGIN
    WITH asked AS (
        SELECT scope, key, fingerprint, body, nth
          FROM unnest(of_scopes, of_keys, fingerprints, bodies) WITH ORDINALITY AS t (scope, key, fingerprint, body, nth)
    ), taken AS (
        -- Sorted, so that two batches cannot deadlock, and of two with one key the first has it.
        INSERT INTO idempotency_key (scope, key, fingerprint, status, body)
        SELECT scope, key, fingerprint, with_status, body FROM asked WHERE key IS NOT NULL ORDER BY scope, key, nth
        ON CONFLICT DO NOTHING
        RETURNING scope, key
    )
    SELECT array_agg(nth) INTO places
      FROM (SELECT min(nth) AS nth FROM asked JOIN taken USING (scope, key) GROUP BY scope, key
             UNION ALL
            SELECT nth FROM asked WHERE key IS NULL) AS t;
    RETURN coalesce(places, '{}');
END
$$;
