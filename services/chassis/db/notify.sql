-- name: notify
SELECT pg_notify(t.channel, t.payload) FROM unnest($1::text[], $2::text[]) AS t (channel, payload);

-- name: still_there
SELECT true;
