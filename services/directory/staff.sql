-- name: keep_grants
-- The version guard: an older state never replaces a newer one.
INSERT INTO staff_grant (id, account, role, scope, scope_of, tenant, from_at, until_at, version)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                     $8::timestamptz[], $9::int[])
ON CONFLICT (id) DO UPDATE
   SET account = excluded.account, role = excluded.role, scope = excluded.scope, scope_of = excluded.scope_of,
       tenant = excluded.tenant, from_at = excluded.from_at, until_at = excluded.until_at, version = excluded.version
 WHERE staff_grant.version < excluded.version;

-- name: keep_servings
INSERT INTO staff_serving (id, tenant, served_by, until_at, version)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::int[])
ON CONFLICT (id) DO UPDATE SET until_at = excluded.until_at, version = excluded.version
 WHERE staff_serving.version < excluded.version;

-- name: end_sessions
INSERT INTO staff_session_ended (session, ended_at)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[])
ON CONFLICT DO NOTHING;

-- name: forget_grants
DELETE FROM staff_grant;

-- name: forget_servings
DELETE FROM staff_serving;

-- name: forget_sessions
DELETE FROM staff_session_ended;

-- name: has_ended
SELECT EXISTS (SELECT FROM staff_session_ended WHERE session = $1);

-- name: grants
SELECT g.id, g.role, g.scope, g.scope_of AS of, g.tenant AS municipality, g.from_at, g.until_at,
       ARRAY (SELECT s.tenant FROM staff_serving AS s
               WHERE s.served_by = g.tenant AND (s.until_at IS NULL OR s.until_at > $2)) AS serves,
       (SELECT s.served_by FROM staff_serving AS s
         WHERE s.tenant = g.tenant AND (s.until_at IS NULL OR s.until_at > $2) LIMIT 1) AS served_by
  FROM staff_grant AS g
 WHERE g.account = $1 AND g.from_at <= $2 AND (g.until_at IS NULL OR g.until_at > $2)
 ORDER BY g.from_at, g.id;

-- name: ended_staff_sessions
DELETE FROM staff_session_ended WHERE session IN (
    SELECT session FROM staff_session_ended WHERE ended_at < $1 LIMIT $2 FOR UPDATE SKIP LOCKED);

-- name: ended_waiting
SELECT count(*), min(ended_at) AS oldest FROM staff_session_ended WHERE ended_at < $1;
