-- name: of
-- Whoever is a participant stands in the directory until they are erased.
SELECT p.nth, p.name, p.email, p.position, p.consent, p.participant_id, p.another,
       p.participant_id IS NOT NULL AND d.participant_id IS NULL AS erased, coalesce(d.tenant <> p.municipality, false) AS moved
  FROM staff_meeting_person AS p LEFT JOIN participant_directory AS d ON d.participant_id = p.participant_id
 WHERE p.municipality = $1 AND p.meeting_id = $2
 ORDER BY p.nth;

-- name: add_many
INSERT INTO staff_meeting_person (municipality, meeting_id, nth, name, email, position, consent)
SELECT $1, $2, p.nth, p.name, p.email, p.position, p.consent
  FROM (SELECT unnest($3::int[]) AS nth, unnest($4::sealed_text[]) AS name, unnest($5::sealed_text[]) AS email,
               unnest($6::text[]) AS position, unnest($7::text[]) AS consent) AS p;

-- name: change
UPDATE staff_meeting_person SET name = $4, email = $5, position = $6, consent = $7
 WHERE municipality = $1 AND meeting_id = $2 AND nth = $3;

-- name: remove
DELETE FROM staff_meeting_person WHERE municipality = $1 AND meeting_id = $2 AND nth = $3;

-- name: settle
-- Who is somebody registered is known by that, and by no other address.
UPDATE staff_meeting_person
   SET participant_id = $4::uuid, another = $4::uuid IS NULL, email = CASE WHEN $4::uuid IS NULL THEN email END
 WHERE municipality = $1 AND meeting_id = $2 AND nth = $3 AND participant_id IS NULL;

-- name: recognise
UPDATE staff_meeting_person AS p SET participant_id = r.participant_id
  FROM unnest($3::int[], $4::uuid[]) AS r (nth, participant_id)
 WHERE p.municipality = $1 AND p.meeting_id = $2 AND p.nth = r.nth;

-- name: forget
UPDATE staff_meeting_person SET name = $4, email = NULL, consent = NULL
 WHERE municipality = $1 AND meeting_id = $2 AND participant_id = $3;
