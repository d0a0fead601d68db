-- What a page of an act asks for: whom and which groups it made, and a municipality's acts by day.
CREATE INDEX act_in_order ON act (municipality, day, id);
CREATE INDEX appointment_of_act ON appointment (municipality, act);
CREATE INDEX working_group_of_act ON working_group (municipality, act);

-- Signed scans of acts: the newest counts, earlier ones stay. The file lies outside, under municipality, act and id.
CREATE TABLE act_scan (
    municipality text        NOT NULL,
    act          uuid        NOT NULL,
    id           uuid        NOT NULL,
    media_type   text        NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    size         int         NOT NULL CHECK (size > 0),
    digest       bytea       NOT NULL CHECK (length(digest) = 32),
    stored_by    uuid        NOT NULL REFERENCES account (id),
    stored_at    timestamptz NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, act) REFERENCES act (municipality, id),
    UNIQUE (municipality, act, digest)
);
ALTER TABLE act_scan ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON act_scan
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
