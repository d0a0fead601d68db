-- name: account
SELECT a.id, a.email, a.name, a.password, a.has_come AS has_signed_in
  FROM identity AS i JOIN account AS a ON a.id = i.account
 WHERE i.issuer = $1 AND i.subject = $2;

-- name: add
-- Nothing is returned if the identity or the account is bound already, also at this very moment:
-- the primary key makes the second one wait for the first.
INSERT INTO identity (issuer, subject, account, bound_at) VALUES ($1, $2, $3, $4)
ON CONFLICT DO NOTHING
RETURNING account;

-- name: mark
UPDATE account SET came_by_provider = true WHERE id = $1;
