-- name: all_organizations
SELECT id, external_id, founder, place, name, kind, headcount, closed, version
  FROM organization ORDER BY founder, external_id;

-- name: save
INSERT INTO organization (id, external_id, founder, place, name, kind, headcount, closed, version,
                          sort_key, search_text)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[],
                     $8::boolean[], $9::int[], $10::text[], $11::text[])
ON CONFLICT (id) DO UPDATE
   SET place = excluded.place, name = excluded.name, kind = excluded.kind,
       headcount = excluded.headcount, closed = excluded.closed, version = excluded.version,
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
