-- name: add
-- One request at a time for a draft or an initiative.
INSERT INTO help_request (municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction,
                          text, requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name,
                          taken_at, suggested_at, ended_at, thanked_at, executor, executor_name, executor_email,
                          executor_link, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24,
        $25, $26)
ON CONFLICT (municipality, subject_id) WHERE ended_at IS NULL DO NOTHING
RETURNING true;

-- name: enter_directory
INSERT INTO help_directory (id, tenant, participant_id) VALUES ($1, $2, $3);

-- name: find
SELECT tenant FROM help_directory WHERE id = $1 AND participant_id = $2;

-- name: places_of
SELECT DISTINCT tenant FROM help_directory WHERE participant_id = $1;

-- name: leave_directory
UPDATE help_directory SET participant_id = NULL WHERE participant_id = $1;

-- name: one_of
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND id = $2;

-- name: lock
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = $1 AND id = $2
   FOR UPDATE;

-- name: last_of
-- The last request for a draft or an initiative of a participant's, wherever it was asked.
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND participant_id = $2 AND subject_id = $3
 ORDER BY requested_at DESC LIMIT 1;

-- name: of_participant
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND participant_id = $2
 ORDER BY requested_at DESC, id;

-- name: save
UPDATE help_request
   SET status = $3, level = $4, holder = $5, holder_name = $6, taken_at = $7, suggested_at = $8, ended_at = $9,
       thanked_at = $10, executor = $11, executor_name = $12, executor_email = $13, executor_link = $14, version = $15
 WHERE municipality = $1 AND id = $2;

-- name: open_in
-- The oldest first.
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND campaign = $2 AND ended_at IS NULL
 ORDER BY requested_at, id
 LIMIT $3;

-- name: ended_in
-- The latest first.
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND campaign = $2 AND ended_at IS NOT NULL
 ORDER BY ended_at DESC, id
 LIMIT $3;

-- name: ended_counts
SELECT municipality, organization, count(*) FILTER (WHERE status = 'done') AS done, count(thanked_at) AS thanked
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND campaign = $2 AND ended_at IS NOT NULL
 GROUP BY municipality, organization;

-- name: coordinated
-- Which of these organizations have a coordinator or a stand-in.
SELECT DISTINCT scope_of FROM staff_grant
 WHERE role = ANY ($1::text[]) AND scope_of = ANY ($2::text[]) AND from_at <= $3 AND (until_at IS NULL OR until_at > $3);

-- name: left_over
-- What has not ended although its draft or its initiative is not open there any more. A decision that may still be taken
-- back is no news yet.
SELECT h.municipality, h.id
  FROM help_request AS h
  LEFT JOIN initiative AS i ON h.subject_kind = 'initiative' AND i.municipality = h.municipality AND i.id = h.subject_id
                           AND i.status = ANY ($1::text[])
  LEFT JOIN draft AS d ON h.subject_kind = 'draft' AND d.municipality = h.municipality
                      AND d.participant_id = h.participant_id AND d.id = h.subject_id
 WHERE h.ended_at IS NULL AND i.id IS NULL AND d.id IS NULL
   AND NOT EXISTS (SELECT FROM decision AS e
                    WHERE e.municipality = h.municipality AND e.initiative_id = h.subject_id AND e.decided_at > $3)
 ORDER BY h.municipality, h.id
 LIMIT $2;

-- name: has_submitted
SELECT EXISTS (SELECT FROM initiative WHERE municipality = $1 AND participant_id = $2 AND submitted_at >= $3);

-- name: open_of
-- In the order in which they are locked.
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[]) AND participant_id = $2 AND ended_at IS NULL
 ORDER BY id
   FOR UPDATE;

-- name: forget
WITH gone AS (
    UPDATE help_request SET participant_id = NULL, text = NULL
     WHERE municipality = ANY ($1::text[]) AND participant_id = $2
    RETURNING municipality, id
)
DELETE FROM help_suggestion AS s USING gone WHERE s.municipality = gone.municipality AND s.request_id = gone.id;

-- name: all_of
SELECT municipality, id, campaign, participant_id, subject_kind, subject_id, organization, direction, text,
       requested_at, requested_by, inquiry, due_at, status, level, holder, holder_name, taken_at, suggested_at, ended_at,
       thanked_at, executor, executor_name, executor_email, executor_link, version
  FROM help_request
 WHERE municipality = ANY ($1::text[])
 ORDER BY municipality, id;

-- name: tenants
SELECT DISTINCT municipality FROM help_request;

-- name: initiative_named
SELECT id, municipality, participant_id FROM initiative
 WHERE municipality = ANY ($1::text[]) AND campaign = $2 AND (number = $3 OR id = $4);
