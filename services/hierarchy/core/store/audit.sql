-- name: add
INSERT INTO audit (municipality, at, account, on_behalf_of, action, subject)
SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::text[]);

-- name: lock_chain
SELECT pg_advisory_xact_lock(hashtextextended('audit chain', 0));

-- name: end_of_chain
SELECT n, digest FROM audit_chain ORDER BY n DESC LIMIT 1;

-- name: unchained
-- Ids commit out of order, so every line is looked for, not those behind the last.
SELECT municipality, at, account, on_behalf_of, action, subject, id
  FROM audit AS a
 WHERE NOT EXISTS (SELECT FROM audit_chain AS c WHERE c.line = a.id)
 ORDER BY id LIMIT $1;

-- name: add_links
INSERT INTO audit_chain (n, line, digest) SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bytea[]);

-- name: links
SELECT c.n, c.digest, a.municipality, a.at, a.account, a.on_behalf_of, a.action, a.subject, a.id
  FROM audit_chain AS c LEFT JOIN audit AS a ON a.id = c.line
 ORDER BY c.n;

-- name: asked
-- What was done last, or before a line: of a deed, in some municipalities, within a time, by a person or to one. Lines are
-- chosen first and named after that: of many, some are shown.
WITH person AS (
    SELECT id FROM account WHERE $7::text <> '' AND replace(lower(name), 'ё', 'е') LIKE $7
), named AS (
    SELECT 'appointment:' || id AS subject FROM appointment WHERE $7::text <> '' AND replace(lower(name), 'ё', 'е') LIKE $7
), chosen AS MATERIALIZED (
    SELECT a.id, a.at, a.action, a.municipality, a.account, a.on_behalf_of, a.subject
      FROM audit AS a
     WHERE ($1::bigint IS NULL OR a.id < $1)
       AND ($3::text = '' OR a.action = $3)
       AND ($4::text[] IS NULL OR a.municipality = ANY ($4))
       AND ($5::timestamptz IS NULL OR a.at >= $5)
       AND ($6::timestamptz IS NULL OR a.at < $6)
       AND ($7::text = '' OR a.account IN (SELECT id FROM person) OR a.on_behalf_of IN (SELECT id FROM person)
                          OR a.subject IN (SELECT subject FROM named))
     ORDER BY a.id DESC LIMIT $2
)
SELECT a.id, a.at, a.action, a.municipality, coalesce(m.name, '') AS place, coalesce(p.name, '') AS who,
       coalesce(b.name, '') AS on_behalf_of,
       coalesce(ap.name, g.name, o.name, c.name, s.name, '№ ' || act.number, '') AS whom, coalesce(ap.role, '') AS role
  FROM chosen AS a
  LEFT JOIN municipality AS m ON m.code = a.municipality
  LEFT JOIN account AS p ON p.id = a.account
  LEFT JOIN account AS b ON b.id = a.on_behalf_of
  LEFT JOIN appointment AS ap ON ap.municipality = a.municipality
    AND ap.id = CASE WHEN a.subject LIKE 'appointment:%' THEN split_part(a.subject, ':', 2)::uuid END
  LEFT JOIN working_group AS g ON g.municipality = a.municipality
    AND g.id = CASE WHEN a.subject LIKE 'working-group:%' THEN split_part(a.subject, ':', 2)::uuid END
  LEFT JOIN organization AS o
    ON o.id = CASE WHEN a.subject LIKE 'organization:%' THEN split_part(a.subject, ':', 2)::uuid END
  LEFT JOIN act_scan AS copy ON copy.municipality = a.municipality
    AND copy.id = CASE WHEN a.subject LIKE 'act-scan:%' THEN split_part(a.subject, ':', 2)::uuid END
  LEFT JOIN act ON act.municipality = copy.municipality AND act.id = copy.act
  LEFT JOIN campaign AS c ON a.subject = 'campaign:' || c.id
  LEFT JOIN smo AS s ON a.subject = 'smo:' || s.id
 ORDER BY a.id DESC;

-- name: places
-- The municipalities with these words in the name, or with this code.
SELECT code FROM municipality WHERE search_text LIKE $1 OR code = $2;
