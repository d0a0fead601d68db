-- name: all_municipalities
-- Districts before settlements: readers meet a parent before what it contains.
SELECT code, name, kind, parent, oktmo_now, smo, population, audience, successor_of, version
  FROM municipality ORDER BY parent IS NOT NULL, code;

-- name: some
SELECT code, name, kind, parent, oktmo_now, smo, population, audience, successor_of, version
  FROM municipality WHERE code = ANY ($1::text[]) ORDER BY code;

-- name: save
INSERT INTO municipality (code, name, kind, parent, oktmo_now, smo, population, audience, successor_of,
                          version, sort_key, search_text)
SELECT m.code, m.name, m.kind, m.parent, m.oktmo_now, m.smo, m.population, m.audience,
       string_to_array(m.successor_of, ','), m.version, m.sort_key, m.search_text
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::int[],
              $9::text[], $10::int[], $11::text[], $12::text[])
    AS m (code, name, kind, parent, oktmo_now, smo, population, audience, successor_of, version, sort_key,
          search_text)
ON CONFLICT (code) DO UPDATE
   SET name = excluded.name, kind = excluded.kind, parent = excluded.parent,
       oktmo_now = excluded.oktmo_now, smo = excluded.smo, population = excluded.population,
       audience = excluded.audience, successor_of = excluded.successor_of, version = excluded.version, sort_key = excluded.sort_key,
       search_text = excluded.search_text;

-- name: save_members
-- Who is new, and who is of another SMO than before.
INSERT INTO smo_member (code, smo, since)
SELECT t.code, t.smo, $3
  FROM unnest($1::text[], $2::text[]) AS t (code, smo)
 WHERE t.smo IS DISTINCT FROM (SELECT m.smo FROM smo_member AS m WHERE m.code = t.code ORDER BY m.nth DESC LIMIT 1);

-- name: members
SELECT code, smo, since FROM smo_member WHERE code = ANY ($1::text[]) ORDER BY code, nth;

-- name: of_smos
SELECT code FROM municipality WHERE smo = ANY ($1::text[]);

-- name: count_of_smos
-- Those that were not transformed.
SELECT count(*)::int FROM municipality AS m
 WHERE ($1::text[] IS NULL OR m.smo = ANY ($1)) AND m.code NOT IN (SELECT unnest(n.successor_of) FROM municipality AS n);

-- name: by_name
SELECT code, search_text FROM municipality WHERE search_text = ANY ($1::text[]);

-- name: page
-- Keyset paging: the page begins after the municipality $3, in the order of the alphabet.
SELECT code, name, kind, parent, smo,
       (SELECT n.code FROM municipality AS n WHERE m.code = ANY (n.successor_of)) AS successor
  FROM municipality AS m
 WHERE ($1::text IS NULL OR parent = $1)
   AND search_text LIKE $2
   AND ($3::text IS NULL OR (sort_key, code) > (SELECT m.sort_key, m.code FROM municipality AS m WHERE m.code = $3))
 ORDER BY sort_key, code
 LIMIT $4;

-- name: reception
SELECT phone, hours FROM reception WHERE municipality = ANY ($1::text[]) AND phone <> '' ORDER BY array_position($1::text[], municipality) LIMIT 1;

-- name: save_reception
INSERT INTO reception (municipality, phone, hours, set_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (municipality) DO UPDATE SET phone = excluded.phone, hours = excluded.hours, set_at = excluded.set_at;
