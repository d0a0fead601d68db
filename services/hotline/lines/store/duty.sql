-- name: shift
SELECT municipality, id, account, name, first_day, last_day FROM shift WHERE municipality = $1 AND id = $2;

-- name: shifts
SELECT municipality, id, account, name, first_day, last_day
  FROM shift WHERE municipality = $1 AND last_day >= $2 ORDER BY first_day, last_day, name, id LIMIT 500;

-- name: keep_shift
INSERT INTO shift (municipality, id, account, name, first_day, last_day) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (municipality, id) DO UPDATE SET account = excluded.account, name = excluded.name;

-- name: drop_shift
DELETE FROM shift WHERE municipality = $1 AND id = $2;

-- name: on_duty
-- Whose rights have ended is on duty no more, although the shift still names them.
SELECT municipality, id, account, name, first_day, last_day
  FROM shift AS s
 WHERE municipality = $1 AND first_day <= $2 AND last_day >= $2
   AND EXISTS (SELECT FROM staff_grant AS g
                WHERE g.account = s.account AND g.from_at <= $3 AND (g.until_at IS NULL OR g.until_at > $3)
                  AND (g.tenant = $1 OR g.tenant IN (SELECT v.served_by FROM staff_serving AS v
                                                      WHERE v.tenant = $1 AND (v.until_at IS NULL OR v.until_at > $3))))
 ORDER BY first_day, name, id;

-- name: hand_over
SELECT municipality, id, account, name, at, note, cases, accepted_by, accepted_as, accepted_at
  FROM hand_over WHERE municipality = $1 AND id = $2;

-- name: hand_overs
SELECT municipality, id, account, name, at, note, cases, accepted_by, accepted_as, accepted_at
  FROM hand_over WHERE municipality = $1 ORDER BY at DESC LIMIT $2;

-- name: keep_hand_over
INSERT INTO hand_over (municipality, id, account, name, at, note, cases, accepted_by, accepted_as, accepted_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (municipality, id) DO UPDATE
   SET accepted_by = excluded.accepted_by, accepted_as = excluded.accepted_as, accepted_at = excluded.accepted_at;

-- name: count_expired_notes
SELECT municipality, count(*) AS count FROM hand_over WHERE at < $1 AND note <> '' GROUP BY municipality;

-- name: expire_notes
UPDATE hand_over SET note = ''
 WHERE (municipality, id) IN (SELECT municipality, id FROM hand_over
                               WHERE at < $1 AND note <> '' ORDER BY at, id LIMIT $2 FOR UPDATE)
RETURNING municipality;
