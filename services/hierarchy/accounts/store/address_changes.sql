-- name: add
INSERT INTO address_change (digest, account, email, written_at, expires_at) VALUES ($1, $2, $3, $4, $5);

-- name: get
SELECT account, email, expires_at, used_at FROM address_change WHERE digest = $1;

-- name: use_all
-- The latest alone is good: the ones before are worthless as soon as another is requested or confirmed.
UPDATE address_change SET used_at = $2 WHERE account = $1 AND used_at IS NULL;

-- name: since
SELECT count(*) FROM address_change WHERE account = $1 AND written_at > $2;

-- name: set_email
UPDATE account SET email = $2 WHERE id = $1;

-- name: expire_links
-- What was sent to the address before opens nothing any more.
UPDATE link SET expires_at = $2 WHERE account = $1 AND used_at IS NULL AND expires_at > $2;
