-- name: due
-- Authors who wait for the longest first.
SELECT municipality, participant_id FROM acceptance
 GROUP BY municipality, participant_id
HAVING min(accepted_at) <= $1
 ORDER BY min(accepted_at), participant_id
 LIMIT $2;

-- name: take
-- What another worker has taken is not returned again. What a demonstration submits for a day long past is no news, and
-- of what the staff have entered for somebody a letter of its own tells.
WITH taken AS (
    DELETE FROM acceptance WHERE (municipality, participant_id) IN (SELECT * FROM unnest($1::text[], $2::uuid[]))
    RETURNING municipality, initiative_id, accepted_at
), counted AS (
    -- Each is counted once, as it leaves; in one order, so that two of these cannot deadlock.
    INSERT INTO tally AS t (campaign, direction, n)
    SELECT i.campaign, i.direction, count(*)
      FROM taken JOIN initiative AS i ON i.municipality = taken.municipality AND i.id = taken.initiative_id
     GROUP BY i.campaign, i.direction
     ORDER BY i.campaign, i.direction
    ON CONFLICT (campaign, direction) DO UPDATE SET n = t.n + excluded.n
)
SELECT i.municipality, i.participant_id, i.id, i.number, i.organization, i.title
  FROM taken AS t JOIN initiative AS i ON i.municipality = t.municipality AND i.id = t.initiative_id
 WHERE i.status <> 'withdrawn' AND i.submitted_at > t.accepted_at - interval '1 day'
   AND NOT EXISTS (SELECT FROM assisted_initiative AS e
                    WHERE e.municipality = i.municipality AND e.initiative_id = i.id)
 ORDER BY i.participant_id, i.number;

-- name: submitted
-- What was counted, and what is still to be.
SELECT direction, sum(n)::bigint AS n
  FROM (SELECT direction, n FROM tally WHERE campaign = $1
        UNION ALL
        SELECT i.direction, 1 FROM acceptance AS a
          JOIN initiative AS i ON i.municipality = a.municipality AND i.id = a.initiative_id
         WHERE i.campaign = $1) AS parts
 GROUP BY direction;

-- name: hold_tally
-- Whoever takes acceptances waits: they are in the tally or among these, and in neither twice.
LOCK TABLE tally IN SHARE ROW EXCLUSIVE MODE;

-- name: recount
WITH counted AS (
    SELECT i.campaign, i.direction, count(*) AS n FROM initiative AS i
     WHERE NOT EXISTS (SELECT FROM acceptance AS a
                        WHERE a.municipality = i.municipality AND a.initiative_id = i.id)
     GROUP BY i.campaign, i.direction
)
INSERT INTO tally AS t (campaign, direction, n) SELECT campaign, direction, n FROM counted
ON CONFLICT (campaign, direction) DO UPDATE SET n = excluded.n WHERE t.n <> excluded.n;

-- name: empty
-- What was counted in a direction, and has left it to the last.
UPDATE tally AS t SET n = 0
 WHERE n <> 0 AND NOT EXISTS (SELECT FROM initiative AS i
                               WHERE i.campaign = t.campaign AND i.direction = t.direction);

-- name: turn
-- One that was counted already is counted in its new direction; the others are when their letter is written.
-- In one order, so that two of these cannot deadlock.
INSERT INTO tally AS t (campaign, direction, n)
SELECT changed.campaign, changed.direction, sum(changed.n)
  FROM (SELECT c.campaign, d.direction, d.n
          FROM unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[])
               AS c (campaign, municipality, id, was, becomes)
         CROSS JOIN LATERAL (VALUES (c.was, -1), (c.becomes, 1)) AS d (direction, n)
         WHERE NOT EXISTS (SELECT FROM acceptance AS a
                            WHERE a.municipality = c.municipality AND a.initiative_id = c.id)) AS changed
 GROUP BY changed.campaign, changed.direction
 ORDER BY changed.campaign, changed.direction
ON CONFLICT (campaign, direction) DO UPDATE SET n = t.n + excluded.n;
