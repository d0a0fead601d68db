-- name: count
-- Of municipalities ($1), or of all, in a campaign ($2) with its directions ($3): what they have and lack.
-- Organizations of the kinds $4 want no coordinator.
-- What they serve is looked at too: whoever is served has no groups; its coordinators and organizations count where the groups are. What was transformed
-- lacks nobody.
WITH line AS (
    SELECT m.code, s.served_by, coalesce(s.served_by, m.code) AS acting,
           m.code IN (SELECT unnest(n.successor_of) FROM municipality AS n) AS transformed
      FROM municipality AS m LEFT JOIN serving AS s ON s.municipality = m.code AND s.until_at IS NULL
     WHERE $1::text[] IS NULL OR m.code = ANY ($1) OR s.served_by = ANY ($1)
), chairs AS (
    SELECT a.municipality, bool_or(a.role = 'head') AS head, bool_or(a.role = 'responsible') AS responsible
      FROM appointment AS a
     WHERE a.until_at IS NULL AND ($1::text[] IS NULL OR a.municipality = ANY ($1))
     GROUP BY a.municipality
), waited AS (
    SELECT CASE WHEN a.role IN ('coordinator', 'stand-in') THEN l.acting ELSE a.municipality END AS municipality,
           count(DISTINCT a.account) AS unanswered
      FROM appointment AS a
      JOIN account AS p ON p.id = a.account
      JOIN line AS l ON l.code = a.municipality
     WHERE a.until_at IS NULL AND NOT p.has_come
       AND ($1::text[] IS NULL OR a.municipality = ANY (ARRAY (SELECT code FROM line)))
     GROUP BY 1
), formed AS (
    SELECT g.municipality, count(*) AS groups, bool_or(g.covers_all) AS covers_all,
           count(*) FILTER (WHERE NOT EXISTS (
               SELECT FROM appointment AS a
                WHERE a.municipality = g.municipality AND a.role = 'leader' AND a.scope_of = g.id::text
                  AND a.until_at IS NULL)) AS groups_without_leader
      FROM working_group AS g
     WHERE g.campaign = $2 AND g.dissolved_at IS NULL AND ($1::text[] IS NULL OR g.municipality = ANY ($1))
     GROUP BY g.municipality
), covered AS (
    SELECT d.municipality, count(*) AS directions
      FROM group_direction AS d
     WHERE d.campaign = $2 AND d.direction = ANY ($3::text[]) AND ($1::text[] IS NULL OR d.municipality = ANY ($1))
     GROUP BY d.municipality
), supervised AS (
    SELECT l.acting AS municipality, count(*) FILTER (WHERE o.kind <> ALL ($4::text[])) AS organizations,
           count(*) FILTER (WHERE g.organization IS NULL) AS organizations_uncovered,
           count(*) FILTER (WHERE o.kind <> ALL ($4::text[]) AND c.id IS NULL) AS coordinators_missing
      FROM organization AS o
      JOIN line AS l ON l.code = o.founder
      LEFT JOIN group_organization AS g ON g.campaign = $2 AND g.organization = o.id
      LEFT JOIN appointment AS c
        ON c.municipality = o.founder AND c.role = 'coordinator' AND c.scope_of = o.id::text AND c.until_at IS NULL
     WHERE NOT o.closed AND ($1::text[] IS NULL OR o.founder = ANY (ARRAY (SELECT code FROM line)))
     GROUP BY l.acting
), reached AS (
    SELECT h.municipality AS code FROM hotline_line AS h WHERE NOT h.closed
     UNION
    SELECT unnest(h.serves) FROM hotline_line AS h WHERE NOT h.closed
), unbriefed AS (
    SELECT t.municipality, count(DISTINCT t.account) AS people
      FROM to_be_briefed AS t
     WHERE NOT t.done AND ($1::text[] IS NULL OR t.tenant = ANY (ARRAY (SELECT code FROM line)))
     GROUP BY t.municipality
)
SELECT m.code AS municipality, $2::text AS campaign,
       coalesce(chairs.head, m.transformed) AS head, coalesce(chairs.responsible, m.transformed) AS responsible,
       coalesce(formed.groups, 0)::int AS groups,
       coalesce(formed.groups_without_leader, 0)::int AS groups_without_leader,
       CASE WHEN formed.covers_all OR m.served_by IS NOT NULL THEN 0
            ELSE cardinality($3::text[]) - coalesce(covered.directions, 0) END::int AS directions_uncovered,
       coalesce(supervised.organizations, 0)::int AS organizations,
       CASE WHEN formed.covers_all THEN 0
            ELSE coalesce(supervised.organizations_uncovered, 0) END::int AS organizations_uncovered,
       coalesce(supervised.coordinators_missing, 0)::int AS coordinators_missing,
       coalesce(waited.unanswered, 0)::int AS unanswered, coalesce(unbriefed.people, 0)::int AS unbriefed,
       m.transformed OR EXISTS (SELECT FROM reached AS r WHERE r.code IN (m.code, m.acting)) AS line,
       m.served_by
  FROM line AS m
  LEFT JOIN chairs ON chairs.municipality = m.code
  LEFT JOIN waited ON waited.municipality = m.code
  LEFT JOIN formed ON formed.municipality = m.code
  LEFT JOIN covered ON covered.municipality = m.code
  LEFT JOIN supervised ON supervised.municipality = m.code
  LEFT JOIN unbriefed ON unbriefed.municipality = m.code
 WHERE $1::text[] IS NULL OR m.code = ANY ($1)
 ORDER BY m.code;

-- name: stated
SELECT municipality, campaign, head, responsible, groups, groups_without_leader, directions_uncovered,
       organizations, organizations_uncovered, coordinators_missing, unanswered, unbriefed, line, served_by, formed_at, version
  FROM coverage WHERE campaign = $1;

-- name: all_of_all
SELECT municipality, campaign, head, responsible, groups, groups_without_leader, directions_uncovered,
       organizations, organizations_uncovered, coordinators_missing, unanswered, unbriefed, line, served_by, formed_at, version
  FROM coverage ORDER BY campaign, municipality;

-- name: save
-- The version guard: of two workers that count at once, one states.
INSERT INTO coverage AS c (municipality, campaign, head, responsible, groups, groups_without_leader,
                           directions_uncovered, organizations, organizations_uncovered, coordinators_missing,
                           unanswered, unbriefed, line, served_by, formed_at, version)
SELECT * FROM unnest($1::text[], $2::text[], $3::boolean[], $4::boolean[], $5::int[], $6::int[], $7::int[], $8::int[],
                     $9::int[], $10::int[], $11::int[], $12::int[], $13::boolean[], $14::text[], $15::timestamptz[],
                     $16::int[])
ON CONFLICT (campaign, municipality) DO UPDATE
   SET head = excluded.head, responsible = excluded.responsible, groups = excluded.groups,
       groups_without_leader = excluded.groups_without_leader, directions_uncovered = excluded.directions_uncovered,
       organizations = excluded.organizations, organizations_uncovered = excluded.organizations_uncovered,
       coordinators_missing = excluded.coordinators_missing, unanswered = excluded.unanswered,
       unbriefed = excluded.unbriefed, line = excluded.line, served_by = excluded.served_by, formed_at = excluded.formed_at, version = excluded.version
 WHERE c.version < excluded.version
RETURNING municipality;

-- name: sum
-- Of the municipalities of SMOs ($1), or of all: what they lack.
SELECT count(*) FILTER (WHERE c.formed_at IS NULL) AS unformed,
       coalesce(sum(c.coordinators_missing), 0)::int AS coordinators_missing,
       coalesce(sum(c.organizations), 0)::int AS organizations
  FROM municipality AS m
  LEFT JOIN coverage AS c ON c.municipality = m.code AND c.campaign = $2
 WHERE ($1::text[] IS NULL OR m.smo = ANY ($1))
   AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n);
