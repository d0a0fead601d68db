-- What the acts of a municipality, or of the region, are printed on (бланк). Whose is not set prints the plain form.
CREATE TABLE letterhead (
    municipality text PRIMARY KEY,
    issuer       text NOT NULL,
    place        text NOT NULL,
    preamble     text NOT NULL,
    control      text NOT NULL
);
ALTER TABLE letterhead ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON letterhead
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
