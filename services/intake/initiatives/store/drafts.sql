-- name: save
-- Nothing is returned where somebody else has saved since.
INSERT INTO draft AS d (municipality, participant_id, id, direction, organization, form, title, text, version, tab,
                        saved_at, begun_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $10)
ON CONFLICT (municipality, participant_id, id) DO UPDATE
   SET direction = excluded.direction, organization = excluded.organization, form = excluded.form,
       title = excluded.title, text = excluded.text, version = d.version + 1, tab = excluded.tab,
       saved_at = excluded.saved_at
 WHERE d.version = $11 OR (d.tab = excluded.tab AND d.tab <> '')
RETURNING version;

-- name: lock
SELECT id, direction, organization, form, title, text, version, saved_at, begun_at, files FROM draft
 WHERE municipality = $1 AND participant_id = $2 AND id = $3
   FOR UPDATE;

-- name: one_of
SELECT id, direction, organization, form, title, text, version, saved_at, begun_at, files FROM draft
 WHERE municipality = $1 AND participant_id = $2 AND id = $3;

-- name: all_of
SELECT id, direction, organization, form, title, text, version, saved_at, begun_at, files FROM draft
 WHERE municipality = $1 AND participant_id = $2
 ORDER BY saved_at DESC, id;

-- name: count_of
SELECT count(*) FROM draft WHERE municipality = $1 AND participant_id = $2;

-- name: remove
DELETE FROM draft WHERE municipality = $1 AND participant_id = $2 AND id = $3 RETURNING id;

-- name: remove_all
DELETE FROM draft WHERE municipality = $1 AND participant_id = $2 RETURNING id;

-- name: count_files
UPDATE draft SET files = files + $4, saved_at = $5 WHERE municipality = $1 AND participant_id = $2 AND id = $3;

-- name: hold
-- Those that are submitted, unless another page has saved them since.
SELECT d.id, d.files
  FROM draft AS d
  JOIN unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::text[])
       AS t (municipality, participant_id, id, version, tab)
    ON (d.municipality, d.participant_id, d.id) = (t.municipality, t.participant_id, t.id)
 WHERE d.version = t.version OR (d.tab = t.tab AND d.tab <> '')
 ORDER BY d.id
   FOR UPDATE OF d;

-- name: remove_submitted
DELETE FROM draft AS d
 USING unnest($1::text[], $2::uuid[], $3::uuid[]) AS t (municipality, participant_id, id)
 WHERE (d.municipality, d.participant_id, d.id) = (t.municipality, t.participant_id, t.id);
