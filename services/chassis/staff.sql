-- name: keep_grants
-- The version guard: an older state never replaces a newer one.
INSERT INTO staff_grant (id, account, role, scope, scope_of, tenant, from_at, until_at, version)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                     $8::timestamptz[], $9::int[])
ON CONFLICT (id) DO UPDATE
   SET account = excluded.account, role = excluded.role, scope = excluded.scope, scope_of = excluded.scope_of,
       tenant = excluded.tenant, from_at = excluded.from_at, until_at = excluded.until_at, version = excluded.version
 WHERE staff_grant.version < excluded.version;

-- name: end_sessions
INSERT INTO staff_session_ended (session, ended_at)
SELECT * FROM unnest($1::uuid[], $2::timestamptz[])
ON CONFLICT DO NOTHING;

-- name: forget_grants
DELETE FROM staff_grant;

-- name: forget_sessions
DELETE FROM staff_session_ended;

-- name: has_ended
SELECT EXISTS (SELECT FROM staff_session_ended WHERE session = $1);

-- name: grants
SELECT id, role, scope, scope_of AS of, tenant AS municipality, from_at, until_at
  FROM staff_grant
 WHERE account = $1 AND from_at <= $2 AND (until_at IS NULL OR until_at > $2)
 ORDER BY from_at, id;
