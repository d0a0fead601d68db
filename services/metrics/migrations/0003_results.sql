-- What was found at a moment and is kept. Not in the table sets that a rebuild swaps: it survives one.

-- Every version of the days that a municipality (`municipality`) or an SMO (`region`) has set: the mirror keeps
-- the last alone, and a day is judged by the one that was in force at its end.
CREATE TABLE checkpoint_schedule (
    municipality text        NOT NULL,
    subject      text        NOT NULL,
    version      int         NOT NULL,
    set_at       timestamptz NOT NULL,
    days         date[]      NOT NULL,
    PRIMARY KEY (subject, version)
);

-- A frozen result. `codes`: whose figures it is about; `content`: the event as it was told, of which the digest is.
CREATE TABLE checkpoint_result (
    municipality text        NOT NULL,
    campaign     text        NOT NULL,
    day          date        NOT NULL,
    ended_at     timestamptz NOT NULL,
    codes        text[]      NOT NULL,
    registered   bigint      NOT NULL,
    submitted    bigint      NOT NULL,
    content      text        NOT NULL,
    PRIMARY KEY (municipality, campaign, day)
);
CREATE INDEX checkpoint_result_by_day ON checkpoint_result (day);

-- What has come or gone since, beside it: the only part that changes.
CREATE TABLE checkpoint_correction (
    municipality text        NOT NULL,
    campaign     text        NOT NULL,
    day          date        NOT NULL,
    version      int         NOT NULL CHECK (version > 1),
    registered   bigint      NOT NULL,
    submitted    bigint      NOT NULL,
    corrected_at timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, day),
    FOREIGN KEY (municipality, campaign, day) REFERENCES checkpoint_result
);

-- Results that are due and wait for a stream that is behind.
CREATE TABLE checkpoint_waiting (
    municipality text        NOT NULL,
    campaign     text        NOT NULL,
    day          date        NOT NULL,
    since        timestamptz NOT NULL,
    PRIMARY KEY (municipality, campaign, day)
);

-- What a municipality was warned of, once in a campaign for each.
CREATE TABLE warning (
    municipality text NOT NULL,
    campaign     text NOT NULL,
    warning      text NOT NULL,
    day          date NOT NULL,
    PRIMARY KEY (municipality, campaign, warning)
);

-- The figures that meetings asked for. They are the region's: `municipality` is `region`.
CREATE TABLE figures_taken (
    municipality text NOT NULL,
    id           uuid NOT NULL PRIMARY KEY,
    content      text NOT NULL
);

ALTER TABLE checkpoint_schedule ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoint_result ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoint_correction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE checkpoint_waiting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE warning ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE figures_taken ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON checkpoint_schedule USING (tenant_visible(municipality));
CREATE POLICY tenant ON checkpoint_result USING (tenant_visible(municipality));
CREATE POLICY tenant ON checkpoint_correction USING (tenant_visible(municipality));
CREATE POLICY tenant ON checkpoint_waiting USING (tenant_visible(municipality));
CREATE POLICY tenant ON warning USING (tenant_visible(municipality));
CREATE POLICY tenant ON figures_taken USING (tenant_visible(municipality));

-- Frozen is frozen, for the owner's statements too.
CREATE FUNCTION refuse_to_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: its rows are only added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint_result
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON warning
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change();
CREATE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON figures_taken
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_change();

-- Pages only read all of this; what is only added, nobody else changes either.
REVOKE INSERT, UPDATE, DELETE ON checkpoint_schedule, checkpoint_result, checkpoint_correction,
    checkpoint_waiting, warning, figures_taken FROM metrics_web;
REVOKE UPDATE, DELETE ON checkpoint_result, warning, figures_taken FROM metrics_worker;
