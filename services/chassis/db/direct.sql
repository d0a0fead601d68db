-- name: given
SELECT current_setting('app.direct', true);

-- name: backend
SELECT pg_backend_pid();

-- name: synchronous_commit
SELECT current_setting('synchronous_commit');
