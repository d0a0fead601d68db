-- name: add
-- The one before it that was not answered is replaced.
WITH replaced AS (
    UPDATE help_suggestion SET state = 'replaced' WHERE municipality = $1 AND request_id = $3 AND state = 'open'
)
INSERT INTO help_suggestion (municipality, id, request_id, nth, title, text, note, base_version, account, name, state,
                             answer, suggested_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'open', '', $11);

-- name: of_request
SELECT id, nth, title, text, note, base_version, account, name, suggested_at, state, answer, answered_at
  FROM help_suggestion
 WHERE municipality = $1 AND request_id = $2
 ORDER BY nth;

-- name: answer
UPDATE help_suggestion SET state = $3, answer = $4, answered_at = $5 WHERE municipality = $1 AND id = $2;
