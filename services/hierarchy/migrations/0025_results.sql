-- Frozen results as metrics has told them; `event` is all of it, its corrections too. A new epoch tells them again.
CREATE TABLE checkpoint_result (
    municipality text   NOT NULL,
    campaign     text   NOT NULL,
    day          date   NOT NULL,
    version      int    NOT NULL,
    digest       text   NOT NULL,
    event        jsonb  NOT NULL,
    PRIMARY KEY (municipality, campaign, day)
);
CREATE INDEX checkpoint_result_of_day ON checkpoint_result (campaign, day);
ALTER TABLE checkpoint_result ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON checkpoint_result
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Who was warned of what. Never forgotten, whatever is told again: nobody is written to twice.
CREATE TABLE warning (
    municipality   text        NOT NULL,
    campaign       text        NOT NULL,
    warning        text        NOT NULL CHECK (warning IN ('silent', 'slow')),
    day            date        NOT NULL,
    person_told_at timestamptz,
    smo_told_at    timestamptz,
    PRIMARY KEY (municipality, campaign, warning)
);
CREATE INDEX warning_untold ON warning (campaign) WHERE person_told_at IS NULL OR smo_told_at IS NULL;
ALTER TABLE warning ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON warning
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
