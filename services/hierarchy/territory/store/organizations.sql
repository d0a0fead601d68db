-- name: all_organizations
SELECT id, external_id, founder, place, name, kind, headcount, closed, successor, version
  FROM organization WHERE $1::text IS NULL OR founder = $1 ORDER BY founder, external_id;

-- name: counted
-- Open ones, those of them whose kind ($1) wants no coordinator, and closed ones.
SELECT count(*) FILTER (WHERE NOT closed) AS open, count(*) FILTER (WHERE NOT closed AND kind = ANY ($1::text[])) AS self_served,
       count(*) FILTER (WHERE closed) AS closed
  FROM organization;

-- name: lock
-- In order: two who close each other into one do not wait for each other.
SELECT id, external_id, founder, place, name, kind, headcount, closed, successor, version
  FROM organization WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE;

-- name: save
INSERT INTO organization (id, external_id, founder, place, name, kind, headcount, closed, successor,
                          version, sort_key, search_text)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                     $8::boolean[], $9::uuid[], $10::int[], $11::text[], $12::text[])
ON CONFLICT (id) DO UPDATE
   SET place = excluded.place, name = excluded.name, kind = excluded.kind,
       headcount = excluded.headcount, closed = excluded.closed,
       successor = excluded.successor, version = excluded.version,
       sort_key = excluded.sort_key, search_text = excluded.search_text;

-- name: page
-- Those that the municipality founded and those that stand there; a closed one takes no initiatives.
SELECT id, name, founder, place
  FROM organization
 WHERE NOT closed
   AND ($1::text IS NULL OR founder = $1 OR place = $1)
   AND search_text LIKE $2
   AND ($3::uuid IS NULL OR (sort_key, id) > (SELECT o.sort_key, o.id FROM organization AS o WHERE o.id = $3))
 ORDER BY sort_key, id
 LIMIT $4;

-- name: by_name
SELECT id, external_id, search_text FROM organization
 WHERE founder = ANY ($1::text[]) AND NOT closed AND (external_id = ANY ($2::text[]) OR search_text = ANY ($3::text[]));

-- name: founder_of
SELECT founder FROM organization WHERE id = $1;

-- name: siblings
-- The other open organizations of the same founder.
SELECT o.id, o.name, o.founder, o.place
  FROM organization AS o
 WHERE NOT o.closed AND o.id <> $1 AND o.founder = (SELECT x.founder FROM organization AS x WHERE x.id = $1)
 ORDER BY o.sort_key, o.id;

-- name: kept
-- A founder's organizations as its own people keep them; in a campaign ($2) with group and coordinator. Of those alone
-- that lack a group or a coordinator ($8; coverage.sql counts the same), whoever acts for a settlement sees its too.
SELECT o.id, o.external_id, o.name, o.kind, p.name AS place, o.headcount, o.closed,
       coalesce(g.name, '') AS working_group, coalesce(c.name, '') AS coordinator,
       coalesce(a.has_come, false) AS has_signed_in, o.kind = ANY ($7::text[]) AS self_served
  FROM organization AS o
  JOIN municipality AS p ON p.code = o.place
  LEFT JOIN serving AS s ON s.municipality = o.founder AND s.until_at IS NULL
  LEFT JOIN group_organization AS own ON own.campaign = $2 AND own.organization = o.id
  LEFT JOIN working_group AS g
    ON g.municipality = coalesce(s.served_by, o.founder) AND g.campaign = $2 AND g.dissolved_at IS NULL
   AND (g.id = own.working_group OR (own.working_group IS NULL AND g.covers_all))
  LEFT JOIN appointment AS c
    ON c.municipality = o.founder AND c.role = 'coordinator' AND c.scope_of = o.id::text AND c.until_at IS NULL
  LEFT JOIN account AS a ON a.id = c.account
 WHERE (o.founder = $1 OR ($8::text <> '' AND s.served_by = $1)) AND o.search_text LIKE $3
   AND (($4::boolean AND $8::text = '') OR NOT o.closed)
   AND CASE $8::text WHEN 'group' THEN g.id IS NULL
                     WHEN 'coordinator' THEN c.id IS NULL AND o.kind <> ALL ($7::text[]) ELSE true END
   AND ($5::uuid IS NULL OR (o.sort_key, o.id) > (SELECT x.sort_key, x.id FROM organization AS x WHERE x.id = $5))
 ORDER BY o.sort_key, o.id
 LIMIT $6;

-- name: described
SELECT o.kind, p.name AS place, o.headcount FROM organization AS o JOIN municipality AS p ON p.code = o.place WHERE o.id = $1;
