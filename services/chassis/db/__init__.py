"""PostgreSQL: pool, migrations, named queries, announcements, tenants, keys of repeated requests."""
