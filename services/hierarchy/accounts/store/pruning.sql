-- name: old_links
-- The last invitation stays: it shows when the invitation was last sent, and whether it was opened.
DELETE FROM link WHERE digest IN (
    SELECT l.digest FROM link AS l
     WHERE l.expires_at < $1
       AND (l.purpose <> 'invitation' OR EXISTS (
                SELECT FROM link AS newer
                 WHERE newer.account = l.account AND newer.purpose = 'invitation' AND newer.written_at > l.written_at))
     LIMIT $2 FOR UPDATE OF l SKIP LOCKED);

-- name: ended_sessions
DELETE FROM staff_session WHERE id IN (
    SELECT id FROM staff_session WHERE coalesce(ended_at, expires_at) < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: wrong_passwords
DELETE FROM wrong_password WHERE (email_digest, client) IN (
    SELECT email_digest, client FROM wrong_password WHERE last_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);
