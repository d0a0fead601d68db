-- name: of_participant
SELECT initiative_id, tenant, role FROM authorship WHERE participant_id = $1;

-- name: one_of
SELECT initiative_id, tenant, role FROM authorship WHERE participant_id = $1 AND initiative_id = $2;

-- name: keep
INSERT INTO authorship (participant_id, initiative_id, tenant, role, confirmed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (participant_id, initiative_id) DO UPDATE SET tenant = excluded.tenant;

-- name: remove
DELETE FROM authorship WHERE participant_id = $1 AND initiative_id = $2;

-- name: remove_all
DELETE FROM authorship WHERE participant_id = $1;

-- name: page_elsewhere
-- Of all that one has elsewhere, which is little, the highest numbers.
SELECT i.municipality, i.id, i.number, i.campaign, i.participant_id, i.organization, i.direction, i.classifiers,
       i.title, i.text, i.status, i.submitted_at, i.version, i.held_since, i.origin, i.decided_by, i.in_time,
       i.merged_into
  FROM unnest($1::text[], $2::uuid[]) AS t (municipality, id)
  JOIN initiative AS i ON i.municipality = t.municipality AND i.id = t.id
 WHERE i.number < $3
 ORDER BY i.number DESC
 LIMIT $4;
