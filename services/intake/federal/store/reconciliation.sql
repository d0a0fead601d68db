-- name: counts
-- Ours and theirs of each municipality, and how many of them are the same.
WITH ours AS (
    SELECT municipality, count(*) AS submitted, count(*) FILTER (WHERE status = 'put-forward') AS put_forward
      FROM initiative WHERE municipality = ANY ($1::text[]) AND campaign = $2 GROUP BY municipality
), theirs AS (
    SELECT r.municipality, count(*) AS theirs, count(i.id) AS matched,
           count(i.id) FILTER (WHERE i.status = 'put-forward') AS matched_put_forward
      FROM federal_row AS r LEFT JOIN initiative AS i ON i.municipality = r.municipality AND i.id = r.initiative_id
     WHERE r.municipality = ANY ($1::text[]) AND r.campaign = $2 GROUP BY r.municipality
)
SELECT municipality, coalesce(submitted, 0) AS submitted, coalesce(put_forward, 0) AS put_forward,
       coalesce(theirs, 0) AS theirs, coalesce(matched, 0) AS matched,
       coalesce(put_forward, 0) - coalesce(matched_put_forward, 0) AS only_here,
       coalesce(theirs, 0) - coalesce(matched, 0) AS only_there
  FROM ours FULL JOIN theirs USING (municipality);

-- name: only_here
-- What we put forward and the platform does not list.
SELECT i.number, i.submitted_at
  FROM initiative AS i
 WHERE i.municipality = $1 AND i.campaign = $2 AND i.status = 'put-forward'
   AND NOT EXISTS (SELECT FROM federal_row AS r WHERE r.municipality = i.municipality AND r.initiative_id = i.id)
 ORDER BY i.number LIMIT $3;

-- name: only_there
SELECT r.number, r.dated, r.status, r.own
  FROM federal_row AS r
 WHERE r.municipality = $1 AND r.campaign = $2
   AND NOT EXISTS (SELECT FROM initiative AS i WHERE i.municipality = r.municipality AND i.id = r.initiative_id)
 ORDER BY r.number LIMIT $3;

-- name: matched
SELECT r.number, r.dated, r.status, r.linked, i.number AS ours, i.status AS ours_status
  FROM federal_row AS r JOIN initiative AS i ON i.municipality = r.municipality AND i.id = r.initiative_id
 WHERE r.municipality = $1 AND r.campaign = $2
 ORDER BY r.number LIMIT $3;

-- name: differing
-- What is only here and only there of many municipalities.
SELECT i.municipality, i.number AS ours, i.submitted_at, NULL AS number, NULL::date AS dated, NULL AS status
  FROM initiative AS i
 WHERE i.municipality = ANY ($1::text[]) AND i.campaign = $2 AND i.status = 'put-forward'
   AND NOT EXISTS (SELECT FROM federal_row AS r WHERE r.municipality = i.municipality AND r.initiative_id = i.id)
UNION ALL
SELECT r.municipality, r.own, NULL, r.number, r.dated, r.status
  FROM federal_row AS r
 WHERE r.municipality = ANY ($1::text[]) AND r.campaign = $2
   AND NOT EXISTS (SELECT FROM initiative AS i WHERE i.municipality = r.municipality AND i.id = r.initiative_id)
 ORDER BY municipality, ours, number LIMIT $3;

-- name: exported
-- Ours that are put forward or listed, as they stand on the platform.
SELECT i.municipality, i.number AS own, r.number, r.dated, r.status
  FROM initiative AS i
  LEFT JOIN federal_row AS r ON r.municipality = i.municipality AND r.initiative_id = i.id
 WHERE i.municipality = ANY ($1::text[]) AND i.campaign = $2 AND (i.status = 'put-forward' OR r.number IS NOT NULL)
 ORDER BY i.municipality, i.number LIMIT $3;
