-- name: append
SELECT outbox_append($1, $2, $3, $4, $5, $6, $7, $8, $9);

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
