-- name: below
-- Everybody in a municipality's line of subordination, its Head too: those of its own, and the coordinators whose organizations its
-- groups supervise, also of municipalities that it serves.
SELECT a.account, a.municipality AS held_in, a.id AS appointment, a.role, a.scope_of,
       CASE WHEN o.id IS NOT NULL THEN coalesce(own.working_group, rest.id) ELSE g.id END AS working_group,
       o.id AS organization, a.name, coalesce(o.name, g.name, '') AS place, p.email
  FROM appointment AS a
  JOIN account AS p ON p.id = a.account
  LEFT JOIN working_group AS g
    ON g.municipality = a.municipality AND g.id = CASE WHEN a.role IN ('leader', 'member') THEN a.scope_of::uuid END
  LEFT JOIN organization AS o ON o.id = CASE WHEN a.role IN ('coordinator', 'stand-in') THEN a.scope_of::uuid END
  LEFT JOIN serving AS s ON s.municipality = a.municipality AND s.until_at IS NULL
  LEFT JOIN group_organization AS own ON own.campaign = $2 AND own.organization = o.id
  LEFT JOIN working_group AS rest
    ON rest.municipality = coalesce(s.served_by, a.municipality) AND rest.campaign = $2 AND rest.covers_all AND rest.dissolved_at IS NULL
 WHERE a.municipality = ANY (ARRAY (SELECT $1 UNION ALL
                                    SELECT v.municipality FROM serving AS v WHERE v.served_by = $1 AND v.until_at IS NULL))
   AND a.until_at IS NULL
   AND CASE WHEN o.id IS NULL THEN a.municipality = $1 AND (g.id IS NULL OR (g.campaign = $2 AND g.dissolved_at IS NULL))
            ELSE NOT o.closed AND coalesce(own.municipality, rest.municipality, s.served_by, a.municipality) = $1 END
 ORDER BY a.role, o.sort_key, a.name, a.id;

-- name: served
SELECT municipality FROM serving WHERE served_by = $1 AND until_at IS NULL ORDER BY municipality;
