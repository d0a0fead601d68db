-- name: add
INSERT INTO working_group (municipality, id, campaign, name, covers_all, act, formed_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: update
UPDATE working_group SET name = $3, covers_all = $4, dissolved_at = $5, version = $6
 WHERE municipality = $1 AND id = $2;

-- name: clear_directions
DELETE FROM group_direction WHERE municipality = $1 AND working_group = $2 AND direction <> ALL ($3::text[]);

-- name: clear_organizations
DELETE FROM group_organization WHERE municipality = $1 AND working_group = $2 AND organization <> ALL ($3::uuid[]);

-- name: add_directions
INSERT INTO group_direction (municipality, working_group, campaign, direction)
SELECT $1, $2, $3, * FROM unnest($4::text[])
ON CONFLICT (municipality, campaign, direction) DO NOTHING;

-- name: add_organizations
INSERT INTO group_organization (municipality, working_group, campaign, organization)
SELECT $1, $2, $3, * FROM unnest($4::uuid[])
ON CONFLICT (campaign, organization) DO NOTHING;

-- name: present
SELECT municipality, id, campaign, name, covers_all, act, formed_at, version, dissolved_at, directions, organizations
  FROM working_group_area
 WHERE municipality = $1 AND campaign = $2 AND dissolved_at IS NULL
 ORDER BY formed_at, id;

-- name: get
SELECT municipality, id, campaign, name, covers_all, act, formed_at, version, dissolved_at, directions, organizations
  FROM working_group_area WHERE id = $1;

-- name: all_of_all
SELECT municipality, id, campaign, name, covers_all, act, formed_at, version, dissolved_at, directions, organizations
  FROM working_group_area ORDER BY formed_at, id;

-- name: uncovered
-- Open organizations of a municipality, and of those it serves, that no group was given by name, by their kind.
SELECT o.kind, array_agg(o.id ORDER BY o.sort_key, o.id) AS ids
  FROM organization AS o
 WHERE o.founder = ANY (ARRAY (SELECT $1 UNION ALL
                              SELECT s.municipality FROM serving AS s WHERE s.served_by = $1 AND s.until_at IS NULL))
   AND NOT o.closed
   AND NOT EXISTS (SELECT FROM group_organization AS g WHERE g.campaign = $2 AND g.organization = o.id)
 GROUP BY o.kind
 ORDER BY count(*) DESC, o.kind;

-- name: free
-- The same one by one, by the alphabet, each with the settlement in which it stands.
SELECT o.id, o.name, o.kind, m.name AS place
  FROM organization AS o JOIN municipality AS m ON m.code = o.place
 WHERE o.founder = ANY (ARRAY (SELECT $1 UNION ALL
                              SELECT s.municipality FROM serving AS s WHERE s.served_by = $1 AND s.until_at IS NULL))
   AND NOT o.closed
   AND NOT EXISTS (SELECT FROM group_organization AS g WHERE g.campaign = $2 AND g.organization = o.id)
 ORDER BY o.sort_key, o.id
 LIMIT $3;

-- name: supervised
-- What a working group supervises, each with its coordinator; after an organization, by the alphabet.
SELECT o.id, o.name, o.kind, coalesce(c.name, '') AS coordinator,
       coalesce(p.has_come, false) AS has_signed_in, o.kind = ANY ($9::text[]) AS self_served
  FROM organization AS o
  LEFT JOIN group_organization AS own ON own.campaign = $2 AND own.organization = o.id
  LEFT JOIN appointment AS c
    ON c.municipality = o.founder AND c.role = 'coordinator' AND c.scope_of = o.id::text AND c.until_at IS NULL
  LEFT JOIN account AS p ON p.id = c.account
 WHERE NOT o.closed
   AND (own.working_group = $3
        OR ($4::boolean AND own.working_group IS NULL
            AND o.founder = ANY (ARRAY (SELECT $1 UNION ALL
                                        SELECT s.municipality FROM serving AS s
                                         WHERE s.served_by = $1 AND s.until_at IS NULL))))
   AND o.search_text LIKE $5
   AND (NOT $6::boolean OR (c.id IS NULL AND o.kind <> ALL ($9::text[])))
   AND ($7::uuid IS NULL OR (o.sort_key, o.id) > (SELECT x.sort_key, x.id FROM organization AS x WHERE x.id = $7))
 ORDER BY o.sort_key, o.id
 LIMIT $8;

-- name: by_name
SELECT id, name FROM working_group WHERE campaign = $1 AND dissolved_at IS NULL;
