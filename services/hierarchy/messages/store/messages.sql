-- name: add
INSERT INTO message (municipality, id, sender, addressee, body, sent_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: conversations
-- With whom somebody has written, the latest first, each with its last message and how many are unread.
SELECT c.other, p.name, c.id, c.body, c.sent_at, c.sender = $1 AS mine,
       (SELECT count(*)::int FROM message AS u WHERE u.addressee = $1 AND u.sender = c.other AND u.read_at IS NULL) AS unread
  FROM (SELECT DISTINCT ON (x.other) x.other, x.id, x.sender, x.body, x.sent_at
          FROM (SELECT m.id, m.sender, m.body, m.sent_at, m.addressee AS other FROM message AS m WHERE m.sender = $1
                UNION ALL
                SELECT m.id, m.sender, m.body, m.sent_at, m.sender FROM message AS m WHERE m.addressee = $1) AS x
         ORDER BY x.other, x.id DESC) AS c
  JOIN account AS p ON p.id = c.other
 WHERE ($2::uuid IS NULL OR c.id < $2)
 ORDER BY c.id DESC
 LIMIT $3;

-- name: between
-- The latest first.
SELECT m.id, m.sender, m.body, m.sent_at, m.read_at
  FROM message AS m
 WHERE ((m.sender = $1 AND m.addressee = $2) OR (m.sender = $2 AND m.addressee = $1)) AND ($3::uuid IS NULL OR m.id < $3)
 ORDER BY m.id DESC
 LIMIT $4;

-- name: read
UPDATE message SET read_at = greatest($3, sent_at) WHERE addressee = $1 AND sender = $2 AND read_at IS NULL;

-- name: unread
-- How many, and who has waited longest.
SELECT count(*)::int AS count, (array_agg(sender ORDER BY id))[1] AS first FROM message WHERE addressee = $1 AND read_at IS NULL;

-- name: prune
-- A message is of the campaign in whose days it was sent.
DELETE FROM message WHERE (municipality, id) IN (
    SELECT m.municipality, m.id FROM message AS m
     WHERE m.sent_at < $1
       AND NOT EXISTS (SELECT FROM campaign AS c
                        WHERE c.close_until >= ($1::timestamptz)::date AND m.sent_at >= c.prepare_from - 1)
     ORDER BY m.sent_at
     LIMIT $2 FOR UPDATE OF m SKIP LOCKED);
