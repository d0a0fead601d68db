-- The days at whose end a municipality's interim results are frozen, version by version: all of them, and those of before.
CREATE TABLE checkpoint_schedule (
    municipality text        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    number       int         NOT NULL CHECK (number > 0),
    days         date[]      NOT NULL,
    days_before  date[]      NOT NULL,
    rule         text        NOT NULL,
    act_number   text        NOT NULL,
    act_day      date        NOT NULL,
    set_by       uuid        NOT NULL REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    set_at       timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, number)
);
ALTER TABLE checkpoint_schedule ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON checkpoint_schedule
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- The days that an SMO recommends, version by version; `municipality` is always `region`.
CREATE TABLE checkpoint_recommendation (
    municipality text        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    smo          text        NOT NULL REFERENCES smo (id),
    number       int         NOT NULL CHECK (number > 0),
    days         date[]      NOT NULL,
    days_before  date[]      NOT NULL,
    rule         text        NOT NULL,
    set_by       uuid        NOT NULL REFERENCES account (id),
    set_at       timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, smo, number)
);
ALTER TABLE checkpoint_recommendation ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON checkpoint_recommendation
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What the Head concludes from a result, version by version.
CREATE TABLE checkpoint_conclusion (
    municipality text        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    day          date        NOT NULL,
    number       int         NOT NULL CHECK (number > 0),
    body         text        NOT NULL,
    written_by   uuid        NOT NULL REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    written_at   timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, day, number)
);
ALTER TABLE checkpoint_conclusion ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON checkpoint_conclusion
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
