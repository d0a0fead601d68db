-- name: unforced_tenant_tables
-- Every table with a municipality's rows must have forced row security; chassis tables have none. Exempt is a part
-- behind such a table that nobody but its owner may do anything with but insert: COPY is refused under row security.
SELECT c.relname
  FROM pg_class AS c
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = 'municipality' AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
   AND NOT (c.relispartition AND NOT EXISTS (
           SELECT FROM (SELECT c.relacl AS acl UNION ALL SELECT attacl FROM pg_attribute WHERE attrelid = c.oid) AS given,
                       aclexplode(given.acl) AS right_of
            WHERE right_of.grantee <> c.relowner AND right_of.privilege_type <> 'INSERT'))
 ORDER BY c.relname;

-- name: can_bypass
SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user;
