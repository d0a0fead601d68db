-- name: capacities
-- In which somebody of these accounts stands in a line of subordination (`municipality`: whose) below its coordination group: their
-- groups, and their organizations with the group in whose area those are, also of municipalities that are served.
SELECT coalesce(own.municipality, rest.municipality, s.served_by, a.municipality) AS municipality,
       a.account, a.municipality AS held_in, a.id AS appointment, a.role, a.scope_of,
       CASE WHEN o.id IS NOT NULL THEN coalesce(own.working_group, rest.id) ELSE g.id END AS working_group,
       o.id AS organization, a.name, coalesce(o.name, g.name, '') AS place, p.email
  FROM appointment AS a
  JOIN account AS p ON p.id = a.account
  LEFT JOIN working_group AS g
    ON g.municipality = a.municipality AND g.id = CASE WHEN a.role IN ('leader', 'member') THEN a.scope_of::uuid END
   AND g.campaign = $2 AND g.dissolved_at IS NULL
  LEFT JOIN organization AS o
    ON o.id = CASE WHEN a.role IN ('coordinator', 'stand-in') THEN a.scope_of::uuid END AND NOT o.closed
  LEFT JOIN serving AS s ON s.municipality = a.municipality AND s.until_at IS NULL
  LEFT JOIN group_organization AS own ON own.campaign = $2 AND own.organization = o.id
  LEFT JOIN working_group AS rest
    ON rest.municipality = coalesce(s.served_by, a.municipality) AND rest.campaign = $2 AND rest.covers_all AND rest.dissolved_at IS NULL
 WHERE a.account = $1 AND a.role IN ('leader', 'member', 'coordinator', 'stand-in') AND a.until_at IS NULL
   AND (o.id IS NOT NULL OR g.id IS NOT NULL)
 ORDER BY a.role, a.name, place, a.id;

-- name: chair
-- Who has the place of somebody who is gone: the role, or the coordinator's for whom they stood in, over the same.
SELECT a.account, a.municipality AS held_in, a.id AS appointment, a.role, a.scope_of, $3::uuid AS working_group, $4::uuid AS organization,
       a.name, $5::text AS place, p.email
  FROM appointment AS a JOIN account AS p ON p.id = a.account
 WHERE a.scope_of = $1 AND a.role = $2 AND a.until_at IS NULL;

-- name: answering
-- Who answers what a group ($2) holds, or whoever has one of these roles over the municipality.
SELECT DISTINCT a.account, p.name, p.email
  FROM appointment AS a JOIN account AS p ON p.id = a.account
 WHERE a.municipality = $1 AND a.scope_of = $2 AND a.role = ANY ($3::text[]) AND a.until_at IS NULL
 ORDER BY p.name, a.account;
