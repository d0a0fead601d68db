-- name: material
SELECT version, body, published_at FROM briefing_material
 WHERE municipality = $1 AND working_group = $2 ORDER BY version DESC LIMIT 1;

-- name: material_at
-- The version that stood at a moment.
SELECT version, body, published_at FROM briefing_material
 WHERE municipality = $1 AND working_group = $2 AND published_at < $3 ORDER BY version DESC LIMIT 1;

-- name: add_material
INSERT INTO briefing_material (municipality, working_group, version, body, published_by, published_at)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: add_session
INSERT INTO briefing_session (municipality, id, working_group, manner, day, entered_by, entered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: add_attendance
INSERT INTO attendance (municipality, session, account) SELECT $1, $2, * FROM unnest($3::uuid[]);

-- name: add_briefed
INSERT INTO briefed (municipality, working_group, account, version, session, at)
SELECT $1, $2, *, $4, $5, $6 FROM unnest($3::uuid[])
ON CONFLICT DO NOTHING;

-- name: of_group
-- Whom a group briefs, each once, those who lack it first; with the organizations that they are appointed to.
SELECT t.account, min(t.name) AS name, string_agg(DISTINCT o.name, ', ' ORDER BY o.name) AS organizations,
       bool_and(t.done) AS done, r.written_at AS reminded_at, p.has_come AS has_signed_in
  FROM to_be_briefed AS t
  JOIN account AS p ON p.id = t.account
  JOIN organization AS o ON o.id = t.organization
  LEFT JOIN briefing_reminder AS r
    ON r.municipality = t.municipality AND r.working_group = t.working_group AND r.account = t.account
 WHERE t.municipality = $1 AND t.working_group = $2
   AND t.tenant = ANY (ARRAY (SELECT $1 UNION ALL
                              SELECT s.municipality FROM serving AS s WHERE s.served_by = $1 AND s.until_at IS NULL))
 GROUP BY t.account, r.written_at, p.has_come
 ORDER BY bool_and(t.done), min(t.name), t.account;

-- name: of_account
-- What somebody is to be briefed on, each group's once.
SELECT DISTINCT g.municipality, g.id AS working_group, g.name, t.version, t.done, coalesce(m.body, '') AS body
  FROM to_be_briefed AS t
  JOIN working_group AS g ON g.municipality = t.municipality AND g.id = t.working_group
  LEFT JOIN briefing_material AS m
    ON m.municipality = t.municipality AND m.working_group = t.working_group AND m.version = t.version
 WHERE t.account = $1
 ORDER BY g.name, g.id;

-- name: sessions
-- What was held, the latest first, with how many were there.
SELECT s.id, s.manner, s.day, count(a.account) AS present
  FROM briefing_session AS s LEFT JOIN attendance AS a ON a.municipality = s.municipality AND a.session = s.id
 WHERE s.municipality = $1 AND s.working_group = $2
 GROUP BY s.municipality, s.id
 ORDER BY s.day DESC, s.entered_at DESC;

-- name: remind
INSERT INTO briefing_reminder (municipality, working_group, account, written_at)
SELECT $1, $2, *, $4 FROM unnest($3::uuid[])
ON CONFLICT (municipality, working_group, account) DO UPDATE SET written_at = excluded.written_at;

-- name: unbriefed
-- Working groups of these municipalities, and these, with how many they have not briefed.
SELECT g.id AS of, g.name, count(DISTINCT t.account)::int AS count
  FROM working_group AS g
  JOIN to_be_briefed AS t ON t.municipality = g.municipality AND t.working_group = g.id
 WHERE (g.municipality = ANY ($1::text[]) OR g.id = ANY ($2::uuid[])) AND NOT t.done
 GROUP BY g.id, g.name
 ORDER BY g.name, g.id;
