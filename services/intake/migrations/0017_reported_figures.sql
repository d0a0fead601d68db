-- What municipalities without access of their own reported: every version stays, the last one stands.
CREATE TABLE reported_figures (
    municipality text        NOT NULL,
    campaign     text        NOT NULL,
    version      int         NOT NULL,
    registered   int         NOT NULL,
    submitted    int         NOT NULL,
    as_of        date        NOT NULL,
    source       text        NOT NULL,
    note         text        NOT NULL,
    account      uuid        NOT NULL,
    reported_at  timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, version)
);
ALTER TABLE reported_figures ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_reads ON reported_figures FOR SELECT USING (tenant_visible(municipality));
CREATE POLICY tenant_adds ON reported_figures FOR INSERT WITH CHECK (tenant_visible(municipality));
