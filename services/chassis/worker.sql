-- name: synchronous_commit
SELECT current_setting('synchronous_commit');

-- name: unforced_tenant_tables
-- Every table with a municipality's rows must have forced row security; chassis tables have none.
SELECT c.relname
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'municipality' AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
 ORDER BY c.relname;

-- name: can_bypass
SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user;
