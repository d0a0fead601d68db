-- name: add
INSERT INTO consultation (municipality, id, campaign, organization, direction, theme, mode, level, recorded_at, zone,
                          led_to_initiative, inquiry, whom, note, by_account, by_name, withdrawn_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: save
UPDATE consultation SET organization = $3, direction = $4, theme = $5, mode = $6, level = $7, led_to_initiative = $8,
       whom = $9, note = $10, withdrawn_at = $11, version = $12
 WHERE municipality = $1 AND id = $2;

-- name: lock
-- FOR UPDATE: a correction and a withdrawal see each other, and their events keep their order.
SELECT municipality, id, campaign, organization, direction, theme, mode, level, recorded_at, zone, led_to_initiative,
       inquiry, whom, note, by_account, by_name, withdrawn_at, version
  FROM consultation WHERE id = $1 FOR UPDATE;

-- name: one
SELECT municipality, id, campaign, organization, direction, theme, mode, level, recorded_at, zone, led_to_initiative,
       inquiry, whom, note, by_account, by_name, withdrawn_at, version
  FROM consultation WHERE id = $1;

-- name: last_of
-- What somebody recorded last, in a municipality or in any that this transaction sees.
SELECT municipality, id, campaign, organization, direction, theme, mode, level, recorded_at, zone, led_to_initiative,
       inquiry, whom, note, by_account, by_name, withdrawn_at, version
  FROM consultation WHERE by_account = $1 AND ($2::text IS NULL OR municipality = $2)
 ORDER BY recorded_at DESC, id DESC LIMIT 1;

-- name: listed
-- Those that somebody sees ($2: all, else their own and those of these organizations), the latest first.
SELECT municipality, id, campaign, organization, direction, theme, mode, level, recorded_at, zone, led_to_initiative,
       inquiry, whom, note, by_account, by_name, withdrawn_at, version
  FROM consultation
 WHERE municipality = $1 AND ($2::boolean OR by_account = $3 OR organization = ANY ($4::uuid[]))
   AND recorded_at >= $5 AND recorded_at < $6
   AND ($7::text = '' OR level = $7) AND ($8::text = '' OR mode = $8) AND ($9::uuid IS NULL OR organization = $9)
   AND ($10::uuid IS NULL OR (recorded_at, id) < (SELECT l.recorded_at, l.id FROM consultation AS l
                                                   WHERE l.municipality = $1 AND l.id = $10))
 ORDER BY recorded_at DESC, id DESC
 LIMIT $11;

-- name: counts
-- The same, counted by level and mode, and by organization; what was withdrawn does not count.
SELECT level, mode, organization, GROUPING(organization) = 1 AS by_level, count(*)::int AS count,
       count(*) FILTER (WHERE led_to_initiative)::int AS led
  FROM consultation
 WHERE municipality = $1 AND ($2::boolean OR by_account = $3 OR organization = ANY ($4::uuid[]))
   AND recorded_at >= $5 AND recorded_at < $6
   AND ($7::text = '' OR level = $7) AND ($8::text = '' OR mode = $8) AND ($9::uuid IS NULL OR organization = $9)
   AND withdrawn_at IS NULL
 GROUP BY GROUPING SETS ((level, mode), (organization));

-- name: tenants
SELECT DISTINCT municipality FROM consultation ORDER BY municipality;

-- name: all_of
SELECT municipality, id, campaign, organization, direction, theme, mode, level, recorded_at, zone, led_to_initiative,
       inquiry, whom, note, by_account, by_name, withdrawn_at, version
  FROM consultation WHERE municipality = ANY ($1::text[]) ORDER BY municipality, id;

-- name: forget_words_of
UPDATE consultation SET whom = '', note = '' WHERE municipality = $1 AND inquiry = $2;

-- name: count_expired
SELECT municipality, count(*) AS count FROM consultation
 WHERE recorded_at < $1 AND (whom <> '' OR note <> '') GROUP BY municipality;

-- name: expire
-- No version changes: no event has these words.
UPDATE consultation SET whom = '', note = ''
 WHERE (municipality, id) IN (SELECT municipality, id FROM consultation
                               WHERE recorded_at < $1 AND (whom <> '' OR note <> '')
                               ORDER BY recorded_at, id LIMIT $2 FOR UPDATE)
RETURNING municipality;
