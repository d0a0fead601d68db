-- How who was appointed is reached, beside the address; which of the source's three kinds a member of a working group is; by which act it ended.
ALTER TABLE appointment
    ADD COLUMN phone    text NOT NULL DEFAULT '',
    ADD COLUMN hours    text NOT NULL DEFAULT '',
    ADD COLUMN category text CHECK (category IN ('servant', 'manager', 'representative')),
    ADD COLUMN ended_by uuid,
    ADD FOREIGN KEY (municipality, ended_by) REFERENCES act (municipality, id),
    ADD CHECK (category IS NULL OR role = 'member');

-- The telephone of an administration: where a municipality has named nobody to call.
CREATE TABLE reception (
    municipality text        PRIMARY KEY,
    phone        text        NOT NULL,
    hours        text        NOT NULL,
    set_at       timestamptz NOT NULL
);
ALTER TABLE reception ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON reception
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
