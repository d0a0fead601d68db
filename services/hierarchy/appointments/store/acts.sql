-- name: get
-- An act with who entered it, and the Head of that moment, who signs it; or the agreement by which a district serves.
SELECT a.municipality, a.id, a.number, a.day, a.entered_at, coalesce(m.name, '') AS place,
       coalesce(who.name, '') AS entered_by, coalesce(behalf.name, '') AS on_behalf_of,
       coalesce((SELECT d.name FROM serving AS s JOIN municipality AS d ON d.code = s.served_by
                  WHERE s.municipality = a.municipality AND s.act = a.id), '') AS served_by,
       (SELECT s.until_at FROM serving AS s WHERE s.municipality = a.municipality AND s.act = a.id) AS served_until,
       EXISTS (SELECT FROM serving AS s JOIN municipality AS n ON n.code = s.served_by
                WHERE s.municipality = a.municipality AND s.act = a.id AND s.municipality = ANY (n.successor_of)) AS is_law,
       coalesce((SELECT h.name FROM appointment AS h
                  WHERE h.municipality = a.municipality AND h.role = 'head' AND h.from_at <= a.entered_at
                    AND (h.until_at IS NULL OR h.until_at > a.entered_at)
                  ORDER BY h.from_at DESC LIMIT 1), '') AS head
  FROM act AS a
  LEFT JOIN municipality AS m ON m.code = a.municipality
  LEFT JOIN account AS who ON who.id = a.entered_by
  LEFT JOIN account AS behalf ON behalf.id = a.on_behalf_of
 WHERE a.id = $1;

-- name: appointed
-- Everybody whom an act appointed, or ($3) whose appointment it ended, in its order, with the name of what they were appointed over.
SELECT a.id, a.role, a.scope_of AS of, a.name, a.from_at, a.until_at,
       coalesce(g.name, o.name, s.name, m.name, '') AS place
  FROM appointment AS a
  LEFT JOIN working_group AS g ON g.municipality = a.municipality
    AND g.id = CASE WHEN a.role IN ('leader', 'member') THEN a.scope_of::uuid END
  LEFT JOIN organization AS o
    ON o.id = CASE WHEN a.role IN ('coordinator', 'stand-in') THEN a.scope_of::uuid END
  LEFT JOIN smo AS s ON a.role = 'smo-operator' AND s.id = a.scope_of
  LEFT JOIN municipality AS m ON m.code = a.scope_of
 WHERE a.municipality = $1 AND CASE WHEN $3::boolean THEN a.ended_by ELSE a.act END = $2
 ORDER BY a.from_at, a.id;

-- name: formed
-- The working groups that an act formed, as they are now.
SELECT g.id, g.name, g.covers_all, g.dissolved_at, cardinality(g.organizations) AS organizations,
       ARRAY (SELECT d.term ->> 'name' FROM jsonb_array_elements(c.directions) WITH ORDINALITY AS d (term, nth)
               WHERE d.term ->> 'code' = ANY (g.directions) ORDER BY d.nth) AS directions
  FROM working_group_area AS g JOIN campaign AS c ON c.id = g.campaign
 WHERE g.municipality = $1 AND g.act = $2
 ORDER BY g.formed_at, g.id;

-- name: listed
-- The acts of a municipality or of the region, the newest first.
SELECT a.id, a.number, a.day,
       (SELECT count(*) FROM appointment AS p WHERE p.municipality = a.municipality AND p.act = a.id) AS appointed,
       EXISTS (SELECT FROM act_scan AS s WHERE s.municipality = a.municipality AND s.act = a.id) AS scanned,
       EXISTS (SELECT FROM serving AS v WHERE v.municipality = a.municipality AND v.act = a.id) AS is_agreement
  FROM act AS a
 WHERE a.municipality = $1
   AND replace(lower(a.number), 'ё', 'е') LIKE $2
   AND (NOT $3::boolean
        OR NOT EXISTS (SELECT FROM act_scan AS s WHERE s.municipality = a.municipality AND s.act = a.id)
           AND NOT EXISTS (SELECT FROM appointment AS h WHERE h.municipality = a.municipality AND h.act = a.id AND h.role = 'head'))
   AND ($4::uuid IS NULL OR (a.day, a.id) < (SELECT x.day, x.id FROM act AS x WHERE x.municipality = $1 AND x.id = $4))
 ORDER BY a.day DESC, a.id DESC
 LIMIT $5;

-- name: unscanned
-- What appoints a Head is the administrator's to sign.
SELECT count(*)::int FROM act AS a
 WHERE a.municipality = $1 AND NOT EXISTS (SELECT FROM act_scan AS s WHERE s.municipality = a.municipality AND s.act = a.id)
   AND NOT EXISTS (SELECT FROM appointment AS h WHERE h.municipality = a.municipality AND h.act = a.id AND h.role = 'head');

-- name: entered_with
-- The same act in every municipality in which it was entered at once, as far as the transaction sees.
SELECT a.id, coalesce(m.name, '') AS place
  FROM act AS b
  JOIN act AS a ON a.entered_at = b.entered_at AND a.number = b.number AND a.day = b.day
                AND a.entered_by IS NOT DISTINCT FROM b.entered_by
  LEFT JOIN municipality AS m ON m.code = a.municipality
 WHERE b.municipality = $1 AND b.id = $2
 ORDER BY m.sort_key NULLS FIRST, a.id;
