-- name: waiting
-- Accounts with an appointment that holds ($1) of whose letter nobody has thought on this day ($2).
SELECT DISTINCT g.account
  FROM staff_grant AS g
  JOIN account AS a ON a.id = g.account
  LEFT JOIN evening_letter AS e ON e.account = g.account
 WHERE g.from_at <= $1 AND (g.until_at IS NULL OR g.until_at > $1) AND e.looked_on IS DISTINCT FROM $2::date
 ORDER BY g.account;

-- name: look
INSERT INTO evening_letter AS e (account, looked_on) VALUES ($1, $2)
    ON CONFLICT (account) DO UPDATE SET looked_on = $2 WHERE e.looked_on IS DISTINCT FROM $2::date
RETURNING e.wanted, e.said;

-- name: say
UPDATE evening_letter SET said = $2 WHERE account = $1;

-- name: wanted
SELECT wanted FROM evening_letter WHERE account = $1;

-- name: choose
INSERT INTO evening_letter AS e (account, wanted) VALUES ($1, $2)
    ON CONFLICT (account) DO UPDATE SET wanted = $2;
