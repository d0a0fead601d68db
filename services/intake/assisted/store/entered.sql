-- name: hold
SELECT pg_advisory_xact_lock(hashtextextended('assisted ' || $1, 0));

-- name: stored
SELECT e.row_key, i.id, i.number,
       array_remove(i.participant_id || array(SELECT c.participant_id FROM co_author AS c
                                               WHERE c.municipality = i.municipality AND c.initiative_id = i.id
                                                 AND c.state = 'confirmed'
                                               ORDER BY c.since, c.id), NULL) AS authors
  FROM assisted_initiative AS e JOIN initiative AS i ON i.municipality = e.municipality AND i.id = e.initiative_id
 WHERE e.municipality = $1 AND e.row_key = ANY ($2::uuid[]);

-- name: add
INSERT INTO assisted_initiative (municipality, initiative_id, row_key, session, account, level, entered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: add_notices
-- By the real clock, as letters go.
INSERT INTO assisted_notice (municipality, participant_id, initiative_id, entered_at)
SELECT $1, unnest($3::uuid[]), $2, now();

-- name: due
-- Who waits for the longest first.
SELECT participant_id FROM assisted_notice
 GROUP BY participant_id
HAVING min(entered_at) <= $1
 ORDER BY min(entered_at), participant_id
 LIMIT $2;

-- name: take
-- What another worker has taken is not returned again. What a demonstration enters for a day long past is no news.
WITH taken AS (
    DELETE FROM assisted_notice WHERE participant_id = ANY ($1::uuid[])
    RETURNING municipality, participant_id, initiative_id, entered_at
)
SELECT t.participant_id, i.id, i.number, i.title, i.municipality, i.organization, e.level,
       i.participant_id IS NOT DISTINCT FROM t.participant_id AS author
  FROM taken AS t JOIN initiative AS i ON i.municipality = t.municipality AND i.id = t.initiative_id
  JOIN assisted_initiative AS e ON e.municipality = i.municipality AND e.initiative_id = i.id
 WHERE i.status <> 'withdrawn' AND i.submitted_at > t.entered_at - interval '1 day'
 ORDER BY t.participant_id, i.number;
