-- name: begin
INSERT INTO staff_session (id, account, device, begun_at, seen_at, expires_at, by_provider)
VALUES ($1, $2, $3, $4, $4, $5, $6);

-- name: by_provider
SELECT by_provider FROM staff_session WHERE id = $1;

-- name: renew
WITH renewed AS (
    UPDATE staff_session SET seen_at = $2 WHERE id = $1 AND ended_at IS NULL AND expires_at > $2 RETURNING account
)
SELECT renewed.account, account.name FROM renewed JOIN account ON account.id = renewed.account;

-- name: of_account
SELECT id, device, begun_at, seen_at FROM staff_session
 WHERE account = $1 AND ended_at IS NULL AND expires_at > $2
 ORDER BY seen_at DESC, id;

-- name: end
UPDATE staff_session SET ended_at = $3 WHERE account = $1 AND id = $2 AND ended_at IS NULL RETURNING id;

-- name: end_all
UPDATE staff_session SET ended_at = $2 WHERE account = $1 AND ended_at IS NULL AND expires_at > $2 RETURNING id;

-- name: ended_since
SELECT id, ended_at FROM staff_session WHERE ended_at > $1 ORDER BY ended_at, id;
