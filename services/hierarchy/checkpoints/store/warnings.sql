-- name: raise_
INSERT INTO warning (municipality, campaign, warning, day)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[])
ON CONFLICT DO NOTHING;

-- name: alone
-- Held to the end of the transaction: of two workers one tells, so that nobody is told twice.
SELECT pg_try_advisory_xact_lock(7031998);

-- name: forget_untold
UPDATE warning SET person_told_at = coalesce(person_told_at, $2), smo_told_at = coalesce(smo_told_at, $2)
 WHERE campaign = $1 AND (person_told_at IS NULL OR smo_told_at IS NULL);

-- name: untold
-- Warnings of a campaign of which somebody is still to be told who is there to be told: a responsible person or a Head,
-- an operator of the SMO. The others stay, until somebody is appointed.
SELECT w.municipality, w.warning, w.day, w.person_told_at IS NULL AS person, w.smo_told_at IS NULL AS council, m.name, m.smo
  FROM warning AS w JOIN municipality AS m ON m.code = w.municipality
 WHERE w.campaign = $1
   AND (w.person_told_at IS NULL
        AND EXISTS (SELECT FROM appointment AS a
                     WHERE a.municipality = w.municipality AND a.role IN ('head', 'responsible') AND a.until_at IS NULL)
        OR w.smo_told_at IS NULL
        AND EXISTS (SELECT FROM appointment AS a
                     WHERE a.municipality = 'region' AND a.role = 'smo-operator' AND a.scope_of = m.smo AND a.until_at IS NULL))
 ORDER BY m.sort_key, w.municipality, w.warning;

-- name: tell_persons
UPDATE warning AS w SET person_told_at = $4
  FROM unnest($2::text[], $3::text[]) AS t (municipality, warning)
 WHERE w.campaign = $1 AND w.municipality = t.municipality AND w.warning = t.warning;

-- name: tell_smos
UPDATE warning AS w SET smo_told_at = $4
  FROM unnest($2::text[], $3::text[]) AS t (municipality, warning)
 WHERE w.campaign = $1 AND w.municipality = t.municipality AND w.warning = t.warning;

-- name: last_told
-- When each SMO was told of any of its municipalities last.
SELECT m.smo, max(w.smo_told_at) AS at
  FROM warning AS w JOIN municipality AS m ON m.code = w.municipality
 WHERE w.campaign = $1 AND m.smo IS NOT NULL AND w.smo_told_at IS NOT NULL
 GROUP BY m.smo;
