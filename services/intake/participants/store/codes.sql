-- name: whose
SELECT participant_id FROM confirmation_code WHERE handle = $1;

-- name: lock
SELECT participant_id, code_digest, expires_at, attempts_left, hour_began_at, sent_this_hour
  FROM confirmation_code WHERE handle = $1 FOR UPDATE;

-- name: forget_others
-- Of another spelling of the same address, or asked for before there were handles.
DELETE FROM confirmation_code WHERE participant_id = $2 AND handle <> $1;

-- name: save
-- Somebody who has registered since the address was nobody's keeps their code.
INSERT INTO confirmation_code AS c (handle, participant_id, code_digest, expires_at, attempts_left, hour_began_at,
                                    sent_this_hour)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (handle) DO UPDATE
   SET participant_id = excluded.participant_id, code_digest = excluded.code_digest,
       expires_at = excluded.expires_at, attempts_left = excluded.attempts_left,
       hour_began_at = excluded.hour_began_at, sent_this_hour = excluded.sent_this_hour
 WHERE excluded.participant_id IS NOT NULL OR c.participant_id IS NULL;

-- name: spend_attempt
UPDATE confirmation_code SET attempts_left = attempts_left - 1 WHERE handle = $1;

-- name: spend
UPDATE confirmation_code SET attempts_left = 0, expires_at = $2 WHERE handle = $1;
