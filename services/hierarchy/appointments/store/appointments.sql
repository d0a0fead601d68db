-- name: add_act
INSERT INTO act (municipality, id, number, day, entered_by, on_behalf_of, entered_at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: add
INSERT INTO appointment (municipality, id, role, scope_of, account, name, act, from_at, until_at, version, phone, hours, category)
SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::text[], $7::uuid[],
                     $8::timestamptz[], $9::timestamptz[], $10::int[], $11::text[], $12::text[], $13::text[]);

-- name: end
UPDATE appointment SET until_at = $3, version = $4, ended_by = $5 WHERE municipality = $1 AND id = $2;

-- name: set_details
UPDATE appointment SET phone = $3, hours = $4, category = $5 WHERE municipality = $1 AND id = $2;

-- name: get
SELECT municipality, id, role, scope_of AS of, account, name, act, from_at, until_at, version,
       phone, hours, category, ended_by
  FROM appointment WHERE id = $1;

-- name: of_account
SELECT municipality, id, role, scope_of AS of, account, name, act, from_at, until_at, version,
       phone, hours, category, ended_by
  FROM appointment WHERE account = $1
 ORDER BY until_at DESC NULLS FIRST, from_at, id;

-- name: present
SELECT municipality, id, role, scope_of AS of, account, name, act, from_at, until_at, version,
       phone, hours, category, ended_by
  FROM appointment WHERE municipality = ANY ($1::text[]) AND until_at IS NULL
 ORDER BY municipality, from_at, id;

-- name: all_of_all
SELECT municipality, id, role, scope_of AS of, account, name, act, from_at, until_at, version,
       phone, hours, category, ended_by
  FROM appointment ORDER BY from_at, id;

-- name: people
-- Who holds or held a role over a place of a tenant, or over all of its places, the present ones first.
SELECT a.id, a.role, a.scope_of AS of, a.from_at, a.until_at, p.id AS account, a.name, p.email, a.phone, a.hours, a.category,
       act.id AS act, act.number, act.day, coalesce(behalf.name, '') AS on_behalf_of, p.has_come AS has_signed_in,
       ended.id AS ended_by, ended.number AS ended_number, ended.day AS ended_day,
       (SELECT max(l.opened_at) FROM link AS l WHERE l.account = p.id AND l.purpose = 'invitation') AS followed_at
  FROM appointment AS a
  JOIN account AS p ON p.id = a.account
  JOIN act ON act.municipality = a.municipality AND act.id = a.act
  LEFT JOIN account AS behalf ON behalf.id = act.on_behalf_of
  LEFT JOIN act AS ended ON ended.municipality = a.municipality AND ended.id = a.ended_by
 WHERE a.municipality = $1 AND ($2::text IS NULL OR a.scope_of = $2)
 ORDER BY a.until_at DESC NULLS FIRST, a.from_at, a.id;

-- name: overview
-- Every municipality that the viewer may see and that was not transformed, with its Head and responsible person;
-- of those alone that lack what $3 says (coverage.sql counts the same), or anything.
SELECT m.code, m.name, coalesce(district.name, '') AS district, coalesce(h.name, '') AS head, coalesce(head.has_come, false) AS head_has_signed_in,
       coalesce(head.email, '') AS head_email, coalesce(h.phone, '') AS head_phone, coalesce(r.name, '') AS responsible,
       coalesce(person.email, '') AS responsible_email, coalesce(r.phone, '') AS responsible_phone
  FROM municipality AS m
  LEFT JOIN municipality AS district ON district.code = m.parent
  LEFT JOIN appointment AS h ON h.municipality = m.code AND h.role = 'head' AND h.until_at IS NULL
  LEFT JOIN account AS head ON head.id = h.account
  LEFT JOIN appointment AS r ON r.municipality = m.code AND r.role = 'responsible' AND r.until_at IS NULL
  LEFT JOIN account AS person ON person.id = r.account
  LEFT JOIN coverage AS c ON c.municipality = m.code AND c.campaign = (SELECT id FROM campaign WHERE open)
 WHERE ($1::text[] IS NULL OR m.smo = ANY ($1))
   AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n)
   AND m.search_text LIKE $2
   AND CASE $3::text
         WHEN '' THEN true
         WHEN 'head' THEN h.id IS NULL
         WHEN 'answer' THEN NOT head.has_come
         WHEN 'responsible' THEN r.id IS NULL
         WHEN 'groups' THEN c.formed_at IS NULL
         WHEN 'coordinators' THEN c.coordinators_missing > 0
         ELSE h.id IS NULL OR r.id IS NULL OR NOT head.has_come OR c.formed_at IS NULL
       END
   AND ($4::text IS NULL OR (m.sort_key, m.code) > (SELECT sort_key, code FROM municipality WHERE code = $4))
 ORDER BY m.sort_key, m.code
 LIMIT $5;

-- name: gaps
SELECT count(*) FILTER (WHERE h.id IS NULL) AS without_head,
       count(*) FILTER (WHERE h.id IS NOT NULL AND NOT head.has_come) AS unanswered,
       count(*) FILTER (WHERE r.id IS NULL) AS without_responsible
  FROM municipality AS m
  LEFT JOIN appointment AS h ON h.municipality = m.code AND h.role = 'head' AND h.until_at IS NULL
  LEFT JOIN account AS head ON head.id = h.account
  LEFT JOIN appointment AS r ON r.municipality = m.code AND r.role = 'responsible' AND r.until_at IS NULL
 WHERE ($1::text[] IS NULL OR m.smo = ANY ($1))
   AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n);

-- name: without_head
SELECT m.code, m.name
  FROM municipality AS m
  LEFT JOIN appointment AS h ON h.municipality = m.code AND h.role = 'head' AND h.until_at IS NULL
 WHERE h.id IS NULL AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n)
 ORDER BY m.sort_key, m.code;

-- name: unanswered
SELECT a.municipality, a.id, a.role, a.scope_of AS of, a.account, a.name, p.email
  FROM appointment AS a JOIN account AS p ON p.id = a.account
 WHERE a.until_at IS NULL AND NOT p.has_come AND a.role = ANY ($1::text[])
   AND NOT EXISTS (SELECT FROM link AS l
                    WHERE l.account = a.account AND l.purpose = 'invitation' AND l.written_at > $2)
 ORDER BY a.account, a.from_at, a.id;

-- name: invited
-- Who holds one of the roles now, and what became of their invitation; those who have not signed in first.
SELECT a.municipality, a.id, a.role, a.scope_of AS of, a.name, p.email, p.has_come AS has_signed_in,
       max(l.written_at) AS sent_at, max(l.opened_at) AS followed_at,
       (SELECT w.reason FROM letter AS w
         WHERE w.about = p.id AND w.kind = 'invitation' AND w.set_aside_at IS NOT NULL
           AND w.written_at >= max(l.written_at)
         ORDER BY w.written_at DESC LIMIT 1) AS undelivered
  FROM appointment AS a
  JOIN account AS p ON p.id = a.account
  LEFT JOIN link AS l ON l.account = a.account AND l.purpose = 'invitation'
 WHERE a.until_at IS NULL AND a.role = ANY ($1::text[]) AND (NOT $2::boolean OR NOT p.has_come)
 GROUP BY a.municipality, a.id, p.id
 ORDER BY p.has_come, a.name, a.id;

-- name: contacts
-- Who holds one of the roles over some places of municipalities, in the order of the roles.
SELECT a.role, a.name, p.email, a.phone, a.hours
  FROM appointment AS a JOIN account AS p ON p.id = a.account
 WHERE a.municipality = ANY ($1::text[]) AND a.until_at IS NULL AND a.scope_of = ANY ($2::text[]) AND a.role = ANY ($3::text[])
 ORDER BY array_position($3::text[], a.role), a.from_at, a.id;

-- name: appointer
SELECT p.name, coalesce((SELECT a.phone FROM appointment AS a
                          WHERE a.account = p.id AND a.until_at IS NULL AND a.phone <> ''
                          ORDER BY a.from_at LIMIT 1), '') AS phone
  FROM account AS p WHERE p.id = $1;

-- name: members_by_category
SELECT municipality, category, count(*)::int AS count
  FROM appointment WHERE role = 'member' AND until_at IS NULL
 GROUP BY municipality, category;

-- name: uncategorised
-- Working groups of these municipalities, and these, with how many of their members are of no category.
SELECT g.id::text AS of, g.name, count(*)::int AS count
  FROM working_group AS g
  JOIN appointment AS a ON a.municipality = g.municipality AND a.role = 'member' AND a.scope_of = g.id::text
 WHERE (g.municipality = ANY ($1::text[]) OR g.id = ANY ($2::uuid[]))
   AND g.dissolved_at IS NULL AND a.until_at IS NULL AND a.category IS NULL
 GROUP BY g.id, g.name
 ORDER BY g.name, g.id;
