-- name: known
-- FOR UPDATE: a row that is linked by hand meanwhile waits. In the order of numbers, so that two imports cannot deadlock.
SELECT municipality, number, dated, status, title, own, initiative_id, linked, import_id, line
  FROM federal_row WHERE campaign = $1 AND number = ANY ($2::text[]) ORDER BY number FOR UPDATE;

-- name: save
INSERT INTO federal_row (municipality, campaign, number, dated, status, title, own, initiative_id, linked, import_id, line)
SELECT t.municipality, $1, t.number, t.dated, t.status, t.title, t.own, t.initiative_id, t.linked, $10, t.line
  FROM unnest($2::text[], $3::text[], $4::date[], $5::text[], $6::text[], $7::bigint[], $8::uuid[], $9::text[],
              $11::int[])
       AS t (municipality, number, dated, status, title, own, initiative_id, linked, line)
 ORDER BY t.number
    ON CONFLICT (campaign, number) DO UPDATE
   SET municipality = EXCLUDED.municipality, dated = EXCLUDED.dated, status = EXCLUDED.status, title = EXCLUDED.title,
       own = EXCLUDED.own, initiative_id = EXCLUDED.initiative_id, linked = EXCLUDED.linked,
       import_id = EXCLUDED.import_id, line = EXCLUDED.line;

-- name: listed
SELECT DISTINCT municipality FROM federal_row WHERE campaign = $1;

-- name: theirs
SELECT number, own, title, initiative_id, linked FROM federal_row WHERE municipality = ANY ($1::text[]) AND campaign = $2
 ORDER BY number FOR UPDATE;

-- name: there
SELECT id FROM initiative WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]);

-- name: hold
-- FOR KEY SHARE: none of them leaves before it is linked, or it has left.
SELECT id FROM initiative WHERE municipality = ANY ($1::text[]) AND id = ANY ($2::uuid[]) ORDER BY id FOR KEY SHARE;

-- name: ours
SELECT id, number, title, status <> ALL ('{withdrawn,merged}') AS titled
  FROM initiative WHERE municipality = ANY ($1::text[]) AND campaign = $2;

-- name: link
UPDATE federal_row AS r SET initiative_id = t.initiative_id, linked = t.linked
  FROM unnest($2::text[], $3::uuid[], $4::text[]) AS t (number, initiative_id, linked)
 WHERE r.campaign = $1 AND r.number = t.number;

-- name: lock_one
SELECT municipality, number, dated, status, title, own, initiative_id, linked, import_id, line
  FROM federal_row WHERE municipality = ANY ($1::text[]) AND campaign = $2 AND number = $3 FOR UPDATE;

-- name: initiative
-- FOR KEY SHARE: it does not leave before it is linked.
SELECT id FROM initiative WHERE municipality = ANY ($1::text[]) AND campaign = $2 AND number = $3 FOR KEY SHARE;

-- name: linked_to
SELECT number FROM federal_row WHERE municipality = ANY ($1::text[]) AND initiative_id = $2;
