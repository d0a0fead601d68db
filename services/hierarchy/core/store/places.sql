-- name: smos
SELECT 'smo' AS scope, id AS of, 'region' AS tenant, name FROM smo WHERE id = ANY ($1::text[]);

-- name: municipalities
-- Whose tenants are foreign, their agreements and Heads are not seen.
SELECT 'municipality' AS scope, m.code AS of, m.code AS tenant, m.name, m.smo, m.parent, s.served_by, h.account AS head,
       EXISTS (SELECT FROM municipality AS n WHERE m.code = ANY (n.successor_of)) AS transformed
  FROM municipality AS m
  LEFT JOIN serving AS s ON s.municipality = m.code AND s.until_at IS NULL
  LEFT JOIN appointment AS h ON h.municipality = m.code AND h.role = 'head' AND h.until_at IS NULL
 WHERE m.code = ANY ($1::text[]);

-- name: groups
-- Working groups by id, with their municipality.
SELECT 'group' AS scope, g.id::text AS of, g.municipality AS tenant, g.name, g.id AS "group", h.account AS head
  FROM working_group AS g
  LEFT JOIN appointment AS h ON h.municipality = g.municipality AND h.role = 'head' AND h.until_at IS NULL
 WHERE g.id = ANY ($1::uuid[]);

-- name: organizations
-- Organizations by id, each with the working group that supervises it.
SELECT 'organization' AS scope, o.id::text AS of, o.founder AS tenant, o.name, coalesce(own.working_group, rest.id) AS "group",
       s.served_by, h.account AS head
  FROM organization AS o
  LEFT JOIN serving AS s ON s.municipality = o.founder AND s.until_at IS NULL
  LEFT JOIN appointment AS h ON h.municipality = o.founder AND h.role = 'head' AND h.until_at IS NULL
  LEFT JOIN group_organization AS own ON own.campaign = $2 AND own.organization = o.id
  LEFT JOIN working_group AS rest
    ON rest.municipality = coalesce(s.served_by, o.founder) AND rest.campaign = $2 AND rest.covers_all AND rest.dissolved_at IS NULL
 WHERE o.id = ANY ($1::uuid[]);
