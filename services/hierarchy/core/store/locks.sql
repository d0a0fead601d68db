-- name: structure
-- Held to the end of the transaction: imports and campaigns change the structure one after another.
SELECT pg_advisory_xact_lock(7031992);

-- name: tenants
-- Appointments of a municipality are decided one after another: a chair is looked at before it is taken.
-- In the order of the codes: two who lock the same tenants do not wait for each other.
SELECT pg_advisory_xact_lock(hashtextextended('appointment ' || t.tenant, 0))
  FROM (SELECT tenant FROM unnest($1::text[]) AS tenant ORDER BY tenant) AS t;
