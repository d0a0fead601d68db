-- Figures of an organization that a summary (сводка) has asked for and that were not taken yet. `municipality`: in whose line of
-- subordination the summary goes.
CREATE TABLE report_request (
    municipality text NOT NULL,
    id           uuid NOT NULL PRIMARY KEY,
    campaign     text NOT NULL,
    organization uuid NOT NULL,
    working_group uuid,
    period_from  date NOT NULL,
    period_to    date NOT NULL
);

-- What was answered, once and for good. Not in the table sets that a rebuild swaps: it survives one.
CREATE TABLE report_figures (
    municipality text NOT NULL,
    id           uuid NOT NULL PRIMARY KEY,
    content      text NOT NULL
);

ALTER TABLE report_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE report_figures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON report_request USING (tenant_visible(municipality));
CREATE POLICY tenant ON report_figures USING (tenant_visible(municipality));
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON report_figures
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change();
REVOKE INSERT, UPDATE, DELETE ON report_request, report_figures FROM metrics_web;
REVOKE UPDATE, DELETE ON report_figures FROM metrics_worker;
