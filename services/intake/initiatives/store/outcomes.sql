-- name: begin
INSERT INTO outcome_run (campaign, begun_at) VALUES ($1, $2) ON CONFLICT (campaign) DO NOTHING;

-- name: finished
SELECT campaign FROM outcome_run WHERE finished_at IS NOT NULL;

-- name: hold
-- SKIP LOCKED: another worker goes on with it at this moment.
SELECT after_tenant, after_participant FROM outcome_run
 WHERE campaign = $1 AND finished_at IS NULL
   FOR UPDATE SKIP LOCKED;

-- name: following
-- In the order of the primary key, so that each comes once. FOR SHARE: whoever is erased meanwhile waits, and then takes
-- the letter back.
SELECT municipality, id, email, letters FROM participant
 WHERE (municipality, id) > ($2, $3) AND campaign = $1 AND registered_at IS NOT NULL
 ORDER BY municipality, id
 LIMIT $4
   FOR SHARE;

-- name: became_of
-- Those where the author is registered, those elsewhere, and those of co-authors.
SELECT w.participant_id, i.id, i.number, i.title, i.status, o.number AS into, w.role
  FROM (SELECT i.participant_id, i.municipality, i.id, 'author' AS role
          FROM unnest($1::text[], $2::uuid[]) AS p (municipality, participant_id)
          JOIN initiative AS i ON i.municipality = p.municipality AND i.participant_id = p.participant_id
         UNION
        SELECT a.participant_id, a.tenant, a.initiative_id, a.role
          FROM authorship AS a WHERE a.participant_id = ANY ($2)) AS w (participant_id, municipality, id, role)
  JOIN initiative AS i ON i.municipality = w.municipality AND i.id = w.id
  LEFT JOIN initiative AS o ON o.municipality = i.municipality AND o.id = i.merged_into
 ORDER BY w.participant_id, i.number;

-- name: go_on
UPDATE outcome_run SET after_tenant = $2, after_participant = $3, told = told + $4 WHERE campaign = $1;

-- name: finish
UPDATE outcome_run SET finished_at = $2 WHERE campaign = $1;
