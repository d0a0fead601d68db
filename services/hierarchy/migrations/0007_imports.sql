-- A file that somebody looks through before it is taken: kept for a day. `of`: its founder or region, if it is one's alone.
CREATE TABLE import_file (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    account      uuid        NOT NULL REFERENCES account (id),
    what         text        NOT NULL CHECK (what IN ('municipalities', 'population', 'organizations')),
    of           text        NOT NULL,
    content      bytea       NOT NULL,
    brought_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX import_file_of_account ON import_file (account);
ALTER TABLE import_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON import_file
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
