-- name: join_wait
-- Who has registered since an address was asked for that nobody had gets the letter.
UPDATE code_wait SET participant_id = coalesce($3, participant_id)
 WHERE network = $1 AND address = $2 AND release_at > $4
RETURNING release_at;

-- name: take_turn
-- One after another, however many ask at once: a letter's turn comes when the allowance is not full any more.
INSERT INTO letter_pace AS p (network, full_at) VALUES ($1, $2::timestamptz + $3::interval)
ON CONFLICT (network) DO UPDATE SET full_at = greatest(p.full_at, $2) + $3
RETURNING greatest($2, full_at - $4::interval) AS release_at;

-- name: wait
INSERT INTO code_wait (network, address, participant_id, release_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (network, address) DO UPDATE
   SET participant_id = excluded.participant_id, release_at = excluded.release_at;

-- name: due
SELECT network, address, participant_id FROM code_wait WHERE release_at <= $1 ORDER BY release_at LIMIT $2;

-- name: stop_waiting
-- Nothing is returned for one that another worker has taken.
DELETE FROM code_wait WHERE network = $1 AND address = $2 AND release_at <= $3 RETURNING true;

-- name: use_pass
INSERT INTO used_pass AS u (token, used_by, expires_at) VALUES ($1, $2, $3)
ON CONFLICT (token) DO UPDATE SET used_by = excluded.used_by WHERE u.used_by = excluded.used_by
RETURNING true;

-- name: past_paces
DELETE FROM letter_pace WHERE network IN (
    SELECT network FROM letter_pace WHERE full_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: past_passes
DELETE FROM used_pass WHERE token IN (
    SELECT token FROM used_pass WHERE expires_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: waiting_paces
SELECT count(*), min(full_at) AS oldest FROM letter_pace WHERE full_at < $1;

-- name: waiting_passes
SELECT count(*), min(expires_at) AS oldest FROM used_pass WHERE expires_at < $1;
