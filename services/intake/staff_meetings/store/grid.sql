-- name: of
SELECT key, authors, direction, form, title, text, initiative_id, number
  FROM staff_meeting_grid WHERE municipality = $1 AND meeting_id = $2
 ORDER BY initiative_id IS NULL, number, nth, key;

-- name: keep
-- What is sent stays as it was sent, whatever an older page still holds.
INSERT INTO staff_meeting_grid AS g (municipality, meeting_id, key, nth, authors, direction, form, title, text)
SELECT $1, $2, r.key, r.nth, r.authors, r.direction, r.form, r.title, r.text
  FROM (SELECT unnest($3::uuid[]) AS key, unnest($4::sealed_text[]) AS authors, unnest($5::text[]) AS direction,
               unnest($6::text[]) AS form, unnest($7::text[]) AS title, unnest($8::text[]) AS text,
               generate_series(1, cardinality($3)) AS nth) AS r
ON CONFLICT (municipality, meeting_id, key) DO UPDATE
   SET nth = excluded.nth, authors = excluded.authors, direction = excluded.direction, form = excluded.form,
       title = excluded.title, text = excluded.text
 WHERE g.initiative_id IS NULL;

-- name: remove
DELETE FROM staff_meeting_grid
 WHERE municipality = $1 AND meeting_id = $2 AND key = ANY ($3::uuid[]) AND initiative_id IS NULL;

-- name: rename
UPDATE staff_meeting_grid AS g SET authors = r.authors
  FROM (SELECT unnest($3::uuid[]) AS key, unnest($4::sealed_text[]) AS authors) AS r
 WHERE g.municipality = $1 AND g.meeting_id = $2 AND g.key = r.key;

-- name: send
UPDATE staff_meeting_grid AS g
   SET initiative_id = s.id, number = s.number, direction = s.direction, form = s.form
  FROM unnest($3::uuid[], $4::uuid[], $5::bigint[], $6::text[], $7::text[]) AS s (key, id, number, direction, form)
 WHERE g.municipality = $1 AND g.meeting_id = $2 AND g.key = s.key;
