-- Targets of a municipality by version, only ever added to; the highest number is in force. `confirmed`: the paper is an act of
-- the Head; else it is a letter, from which an operator of `smo` entered it.
CREATE TABLE target (
    municipality text        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    number       int         NOT NULL CHECK (number > 0),
    registered   int         NOT NULL CHECK (registered > 0),
    submitted    int         NOT NULL CHECK (submitted > 0),
    scope        text        NOT NULL CHECK (scope IN ('own', 'with-settlements')),
    paper_number text        NOT NULL,
    paper_day    date        NOT NULL,
    confirmed    boolean     NOT NULL,
    smo          text,
    entered_by   uuid        NOT NULL REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    entered_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, number),
    CHECK (confirmed OR smo IS NOT NULL)
);
ALTER TABLE target ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON target
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are only ever added', TG_TABLE_NAME;
END $$;
CREATE TRIGGER target_stays BEFORE UPDATE OR DELETE ON target FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- What the responsible person has prepared; it waits for the Head.
CREATE TABLE target_draft (
    municipality text        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    registered   int         NOT NULL CHECK (registered > 0),
    submitted    int         NOT NULL CHECK (submitted > 0),
    scope        text        NOT NULL CHECK (scope IN ('own', 'with-settlements')),
    prepared_by  uuid        NOT NULL REFERENCES account (id),
    prepared_at  timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign)
);
ALTER TABLE target_draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON target_draft
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- When a municipality was reminded of its targets last.
CREATE TABLE target_reminder (
    municipality text        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    written_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign)
);
ALTER TABLE target_reminder ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON target_reminder
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
