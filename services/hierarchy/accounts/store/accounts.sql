-- name: by_email
-- Under the first of the forms that is known.
SELECT id, email, name, password, has_come AS has_signed_in FROM account WHERE email = ANY ($1::text[])
 ORDER BY array_position($1::text[], email) LIMIT 1;

-- name: by_id
SELECT id, email, name, password, has_come AS has_signed_in FROM account WHERE id = $1;

-- name: some
SELECT id, email, name, password, has_come AS has_signed_in FROM account WHERE id = ANY ($1::uuid[]);

-- name: add
-- Nothing is returned if the same address has just been added.
INSERT INTO account (id, email, name, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (email) DO NOTHING
RETURNING id, email, name, password, has_come AS has_signed_in;

-- name: set_password
UPDATE account SET password = $2 WHERE id = $1;

-- name: lock_password
SELECT true FROM account WHERE id = $1 AND password = $2 FOR UPDATE;

-- name: lock
SELECT FROM account WHERE id = $1 FOR UPDATE;

-- name: add_links
INSERT INTO link (digest, account, purpose, written_at, expires_at)
SELECT l.digest, l.account, $3, $4, $5 FROM unnest($1::bytea[], $2::uuid[]) AS l (digest, account);

-- name: open_link
-- `opened_at` says that the link was followed, by a person or by a filter of mail.
UPDATE link SET opened_at = coalesce(opened_at, $2) WHERE digest = $1
RETURNING account, purpose, expires_at, used_at;

-- name: lock_link
SELECT account, purpose, expires_at, used_at FROM link WHERE digest = $1 FOR UPDATE;

-- name: use_links
-- One that was used makes all others of the account worthless.
UPDATE link SET used_at = $2 WHERE account = $1 AND used_at IS NULL;

-- name: links_since
SELECT count(*) FROM link WHERE account = $1 AND written_at > $2;

-- name: lock_guesses
SELECT pg_advisory_xact_lock(hashtextextended(encode($1::bytea, 'hex'), 0));

-- name: wrong_passwords
SELECT email_digest, client, count, last_at FROM wrong_password
 WHERE (email_digest, client) IN (SELECT * FROM unnest($1::bytea[], $2::text[]));

-- name: add_wrong_password
-- In order, so that two clients of one address lock rows in the same one.
INSERT INTO wrong_password AS w (email_digest, client, count, last_at)
SELECT t.email_digest, t.client, 1, $3 FROM unnest($1::bytea[], $2::text[]) AS t (email_digest, client)
 ORDER BY t.email_digest, t.client
ON CONFLICT (email_digest, client) DO UPDATE
   SET count = CASE WHEN w.last_at > $4 THEN w.count + 1 ELSE 1 END, last_at = $3;

-- name: prune_wrong_passwords
DELETE FROM wrong_password WHERE ctid = ANY (
    ARRAY (SELECT ctid FROM wrong_password WHERE last_at < $1 LIMIT 20 FOR UPDATE SKIP LOCKED));

-- name: forget_wrong_passwords
DELETE FROM wrong_password WHERE email_digest = $1 AND client = $2;

-- name: take_back_wrong_password
UPDATE wrong_password SET count = greatest(count - 1, 0) WHERE email_digest = $1 AND client = $2;
