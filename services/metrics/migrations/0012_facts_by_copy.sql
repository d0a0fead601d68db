-- COPY is refused where row security holds. New facts are copied into the table behind `fact`, which has none: into it
-- the worker may only insert, and nobody else may anything. Whatever is read or replaced goes through `fact`, whose
-- row security is forced as before. No row is touched.
ALTER TABLE figures.fact RENAME TO fact_row;
ALTER TABLE spare.fact RENAME TO fact_row;
ALTER TABLE figures.fact_row DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE spare.fact_row DISABLE ROW LEVEL SECURITY, NO FORCE ROW LEVEL SECURITY;
DROP POLICY tenant ON figures.fact_row;
DROP POLICY tenant ON spare.fact_row;
REVOKE ALL ON figures.fact_row, spare.fact_row FROM metrics_web, metrics_worker;
GRANT INSERT ON figures.fact_row, spare.fact_row TO metrics_worker;

CREATE TABLE figures.fact (LIKE figures.fact_row INCLUDING DEFAULTS) PARTITION BY LIST (counter);
CREATE TABLE spare.fact (LIKE spare.fact_row INCLUDING DEFAULTS) PARTITION BY LIST (counter);
ALTER TABLE figures.fact ATTACH PARTITION figures.fact_row DEFAULT;
ALTER TABLE spare.fact ATTACH PARTITION spare.fact_row DEFAULT;
ALTER TABLE figures.fact ADD PRIMARY KEY (municipality, counter, id);
ALTER TABLE spare.fact ADD PRIMARY KEY (municipality, counter, id);
ALTER TABLE figures.fact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE spare.fact ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- A stream is dropped when its epoch ends, once in years: all are read then. The index cost every event.
-- Each schema has had the other's name once for every rebuild that was swapped in.
DROP INDEX IF EXISTS figures.fact_of_stream, spare.fact_of_stream;
DROP INDEX IF EXISTS figures.fact_topic_partition_idx, spare.fact_topic_partition_idx;

-- In a session that sees everything, as the worker's, that is found out once for a statement and not for every row.
CREATE POLICY tenant ON figures.fact
    USING ((SELECT current_setting('app.municipalities', true)) = '*' OR tenant_visible(municipality));
CREATE POLICY tenant ON spare.fact
    USING ((SELECT current_setting('app.municipalities', true)) = '*' OR tenant_visible(municipality));
ALTER POLICY tenant ON figures.counter
    USING ((SELECT current_setting('app.municipalities', true)) = '*' OR tenant_visible(municipality));
ALTER POLICY tenant ON spare.counter
    USING ((SELECT current_setting('app.municipalities', true)) = '*' OR tenant_visible(municipality));
