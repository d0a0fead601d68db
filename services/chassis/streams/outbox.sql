-- name: append
-- Ids follow the order of the events, so one transaction's events keep theirs.
WITH event AS (
    INSERT INTO outbox (event_id, topic, partition, type, subject, partition_key, happened_at,
                        correlation_id, data)
    SELECT event_id, topic, partition, type, subject, partition_key, happened_at, correlation_id, data
      FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[],
                  $7::timestamptz[], $8::text[], $9::text[])
           WITH ORDINALITY AS t (event_id, topic, partition, type, subject, partition_key, happened_at,
                                 correlation_id, data, nth)
     ORDER BY nth
    RETURNING topic, partition, id
)
INSERT INTO outbox_pending (topic, partition, outbox_id) SELECT topic, partition, id FROM event;

-- name: append_numbered
-- Rows of a new epoch: they have their numbers from the first moment. Returns ids in order.
INSERT INTO outbox (event_id, topic, partition, type, subject, partition_key, happened_at,
                    correlation_id, data)
SELECT event_id, topic, partition, type, subject, partition_key, happened_at, correlation_id, data
  FROM unnest($1::uuid[], $2::text[], $3::smallint[], $4::text[], $5::text[], $6::text[],
              $7::timestamptz[], $8::text[], $9::text[])
       WITH ORDINALITY AS t (event_id, topic, partition, type, subject, partition_key, happened_at,
                             correlation_id, data, nth)
 ORDER BY nth
RETURNING id;
