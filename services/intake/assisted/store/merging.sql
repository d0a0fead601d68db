-- name: places_of
-- Beside where they are registered.
SELECT DISTINCT tenant FROM authorship WHERE participant_id = ANY ($1::uuid[])
UNION
SELECT tenant FROM co_author_directory WHERE participant_id = ANY ($1::uuid[]) AND tenant <> ''
UNION
SELECT tenant FROM help_directory WHERE participant_id = ANY ($1::uuid[]);

-- name: lock_initiatives
-- All that either is the author or a co-author of, in the order of ids, as decisions on many lock them.
SELECT municipality, id, number, campaign, participant_id, organization, direction, classifiers, title,
       text, status, submitted_at, version, held_since, origin, decided_by, in_time, merged_into
  FROM initiative AS i
 WHERE municipality = ANY ($1::text[])
   AND (participant_id = ANY ($2::uuid[])
        OR id IN (SELECT initiative_id FROM authorship WHERE participant_id = ANY ($2::uuid[])))
 ORDER BY id
   FOR UPDATE;

-- name: give
UPDATE initiative AS i SET participant_id = $1, version = t.version
  FROM unnest($2::text[], $3::uuid[], $4::int[]) AS t (municipality, id, version)
 WHERE i.municipality = t.municipality AND i.id = t.id;

-- name: forget_double
-- Nobody is a co-author beside themselves: by what either is it where one of them is the author; where both are it, by
-- what the one who goes is it, unless that is confirmed and the other still asks.
WITH double AS (
    SELECT c.municipality, c.id, c.initiative_id, c.participant_id, c.state
      FROM co_author AS c JOIN initiative AS i ON i.municipality = c.municipality AND i.id = c.initiative_id
     WHERE c.participant_id = ANY (ARRAY[$1, $2]::uuid[])
       AND (i.participant_id = ANY (ARRAY[$1, $2]::uuid[])
            OR EXISTS (
               SELECT FROM co_author AS o WHERE o.municipality = c.municipality
                  AND o.initiative_id = c.initiative_id AND o.participant_id = ANY (ARRAY[$1, $2]::uuid[])
                  AND o.participant_id <> c.participant_id
                  AND (o.state = 'confirmed' AND c.state <> 'confirmed'
                       OR c.participant_id = $1 AND (o.state = 'confirmed' OR c.state <> 'confirmed'))))
), named AS (
    DELETE FROM co_author AS c USING double AS d WHERE c.municipality = d.municipality AND c.id = d.id
), entries AS (
    DELETE FROM co_author_directory WHERE id IN (SELECT id FROM double)
)
DELETE FROM authorship AS a USING double AS d
 WHERE a.initiative_id = d.initiative_id AND a.participant_id = d.participant_id AND a.role = 'co-author'
   AND d.state = 'confirmed';

-- name: give_authorships
UPDATE authorship SET participant_id = $2 WHERE participant_id = $1;

-- name: give_co_authorships
WITH given AS (UPDATE co_author SET participant_id = $2 WHERE participant_id = $1)
UPDATE co_author_directory SET participant_id = $2 WHERE participant_id = $1;

-- name: give_help
WITH given AS (UPDATE help_request SET participant_id = $2 WHERE participant_id = $1)
UPDATE help_directory SET participant_id = $2 WHERE participant_id = $1;

-- name: give_acceptances
UPDATE acceptance SET participant_id = $2 WHERE participant_id = $1;

-- name: lock_meetings
-- In one order, as whoever is erased locks them.
SELECT FROM staff_meeting AS m
 WHERE EXISTS (SELECT FROM staff_meeting_person AS p
                WHERE p.municipality = m.municipality AND p.meeting_id = m.id AND p.participant_id = $1)
 ORDER BY municipality, id
   FOR UPDATE;

-- name: give_lines
-- Of sheets of staff meetings. Who has taken the address over is found by it; anybody else is known by who they are.
UPDATE staff_meeting_person SET participant_id = $2, email = CASE WHEN $3 THEN email END WHERE participant_id = $1;

-- name: give_notices
WITH taken AS (
    DELETE FROM assisted_notice WHERE participant_id = $1 RETURNING municipality, initiative_id, entered_at
)
INSERT INTO assisted_notice (municipality, participant_id, initiative_id, entered_at)
SELECT municipality, $2, initiative_id, entered_at FROM taken
ON CONFLICT DO NOTHING;

-- name: leave_directory
DELETE FROM participant_directory WHERE participant_id = $1 RETURNING email_digest;

-- name: enter_address
UPDATE participant_directory SET email_digest = $2 WHERE participant_id = $1;

-- name: save_merged
-- Nothing personal is left in the row, which stays for the figures.
UPDATE participant
   SET email = NULL, name = NULL, consent_kind = NULL, consent_day = NULL, consent_number = NULL,
       merged_into = $3, erased_at = $4, version = $5
 WHERE municipality = $1 AND id = $2;

-- name: save_taken
UPDATE participant SET email = $3, name = $4 WHERE municipality = $1 AND id = $2;
