-- name: begin
INSERT INTO participant_session (id, participant_id, tenant, campaign, begun_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: find
SELECT participant_id, tenant, campaign FROM participant_session WHERE id = $1 AND expires_at > $2;

-- name: find_since
SELECT participant_id, tenant, campaign FROM participant_session
 WHERE id = $1 AND expires_at > $2 AND begun_at > $3;

-- name: remove
DELETE FROM participant_session WHERE id = $1;

-- name: remove_all
DELETE FROM participant_session WHERE participant_id = $1;

-- name: living
SELECT begun_at, expires_at FROM participant_session WHERE participant_id = $1 AND expires_at > $2 ORDER BY begun_at;

-- name: moved_since
SELECT participant_id FROM participant_move WHERE moved_at > $1;
