-- name: counts
-- Ours and theirs of each municipality, and how many of them are the same. `code`: also of those that a municipality
-- (`home`) succeeds. What is submitted and put forward is counted in indices alone: initiatives are wide and many.
WITH place AS (
    SELECT code, home, array_agg(code) OVER (PARTITION BY home) AS kin FROM unnest($1::text[], $2::text[]) AS p (code, home)
), submitted AS (
    SELECT municipality, count(*) AS n FROM initiative
     WHERE municipality = ANY ($1) AND campaign = $3 GROUP BY municipality
), put_forward AS MATERIALIZED (
    SELECT municipality, id FROM initiative
     WHERE municipality = ANY ($1) AND campaign = $3 AND status = 'put-forward'
), theirs AS (
    SELECT p.home, count(*) AS n, count(coalesce(f.id, i.id)) AS matched, count(f.id) AS put_forward
      FROM federal_row AS r
      JOIN place AS p ON p.code = r.municipality
      LEFT JOIN put_forward AS f ON f.id = r.initiative_id AND f.municipality = ANY (p.kin)
      -- Few are listed there and not put forward here: these are looked up one by one.
      LEFT JOIN LATERAL (
          SELECT id FROM initiative
           WHERE f.id IS NULL AND municipality = ANY (p.kin) AND id = r.initiative_id LIMIT 1
      ) AS i ON true
     WHERE r.municipality = ANY ($1) AND r.campaign = $3 GROUP BY p.home
), ours AS (
    SELECT p.home, sum(s.n) AS submitted, sum(coalesce(f.n, 0)) AS put_forward
      FROM submitted AS s JOIN place AS p ON p.code = s.municipality
      LEFT JOIN (SELECT municipality, count(*) AS n FROM put_forward GROUP BY municipality) AS f USING (municipality)
     GROUP BY p.home
)
SELECT home, coalesce(u.submitted, 0)::bigint AS submitted, coalesce(u.put_forward, 0)::bigint AS put_forward,
       coalesce(t.n, 0) AS theirs, coalesce(t.matched, 0) AS matched,
       (coalesce(u.put_forward, 0) - coalesce(t.put_forward, 0))::bigint AS only_here,
       coalesce(t.n, 0) - coalesce(t.matched, 0) AS only_there
  FROM ours AS u FULL JOIN theirs AS t USING (home);

-- name: only_here
-- What we put forward and the platform does not list. $1: a municipality, and those that it succeeds.
SELECT i.number, i.submitted_at
  FROM initiative AS i
 WHERE i.municipality = ANY ($1::text[]) AND i.campaign = $2 AND i.status = 'put-forward'
   AND NOT EXISTS (SELECT FROM federal_row AS r WHERE r.municipality = ANY ($1) AND r.initiative_id = i.id)
 ORDER BY i.number LIMIT $3;

-- name: only_there
SELECT r.number, r.dated, r.status, r.own
  FROM federal_row AS r
 WHERE r.municipality = ANY ($1::text[]) AND r.campaign = $2
   AND NOT EXISTS (SELECT FROM initiative AS i WHERE i.municipality = ANY ($1) AND i.id = r.initiative_id)
 ORDER BY r.number LIMIT $3;

-- name: matched
SELECT r.number, r.dated, r.status, r.linked, i.number AS ours, i.status AS ours_status
  FROM federal_row AS r JOIN initiative AS i ON i.municipality = ANY ($1) AND i.id = r.initiative_id
 WHERE r.municipality = ANY ($1::text[]) AND r.campaign = $2
 ORDER BY r.number LIMIT $3;

-- name: differing
-- What is only here and only there of many municipalities.
WITH place AS (
    SELECT code, home, array_agg(code) OVER (PARTITION BY home) AS kin FROM unnest($1::text[], $2::text[]) AS p (code, home)
)
SELECT p.home AS municipality, i.number AS ours, i.submitted_at, NULL AS number, NULL::date AS dated, NULL AS status
  FROM initiative AS i JOIN place AS p ON p.code = i.municipality
 WHERE i.municipality = ANY ($1) AND i.campaign = $3 AND i.status = 'put-forward'
   AND NOT EXISTS (SELECT FROM federal_row AS r WHERE r.municipality = ANY (p.kin) AND r.initiative_id = i.id)
UNION ALL
SELECT p.home, r.own, NULL, r.number, r.dated, r.status
  FROM federal_row AS r JOIN place AS p ON p.code = r.municipality
 WHERE r.municipality = ANY ($1) AND r.campaign = $3
   AND NOT EXISTS (SELECT FROM initiative AS i WHERE i.municipality = ANY (p.kin) AND i.id = r.initiative_id)
 ORDER BY municipality, ours, number LIMIT $4;

-- name: exported
-- Ours that are put forward or listed, as they stand on the platform.
WITH place AS (
    SELECT * FROM unnest($1::text[], $2::text[]) AS p (code, home)
), theirs AS (
    SELECT p.home, r.number, r.dated, r.status, r.initiative_id
      FROM federal_row AS r JOIN place AS p ON p.code = r.municipality WHERE r.municipality = ANY ($1)
)
SELECT p.home AS municipality, i.number AS own, t.number, t.dated, t.status
  FROM initiative AS i JOIN place AS p ON p.code = i.municipality
  LEFT JOIN theirs AS t ON t.home = p.home AND t.initiative_id = i.id
 WHERE i.municipality = ANY ($1) AND i.campaign = $3 AND (i.status = 'put-forward' OR t.number IS NOT NULL)
 ORDER BY p.home, i.number LIMIT $4;
