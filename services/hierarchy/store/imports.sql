-- name: lock
-- Held to the end of the transaction: imports and campaigns change the structure one after another.
SELECT pg_advisory_xact_lock(7031992);
