-- By when summaries (сводки) are due, by version: of a municipality by its Head's act, or of a working group's coordinators by its
-- leader. In force in a week is the highest number whose day has come by its Monday.
CREATE TABLE report_cadence (
    municipality  text        NOT NULL,
    number        int         NOT NULL CHECK (number > 0),
    working_group uuid,
    level         text        NOT NULL CHECK (level IN ('coordinator', 'group')),
    from_day      date        NOT NULL,
    weekday       int         NOT NULL CHECK (weekday BETWEEN 0 AND 6),
    at            time        NOT NULL,
    act_number    text,
    act_day       date,
    set_by        uuid        NOT NULL REFERENCES account (id),
    on_behalf_of  uuid        REFERENCES account (id),
    set_at        timestamptz NOT NULL,
    PRIMARY KEY (municipality, number),
    CHECK ((working_group IS NULL) = (act_number IS NOT NULL) AND (act_number IS NULL) = (act_day IS NULL)),
    CHECK (working_group IS NULL OR level = 'coordinator')
);
ALTER TABLE report_cadence ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON report_cadence
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE TRIGGER report_cadence_stays BEFORE UPDATE OR DELETE ON report_cadence FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- A summary of one line in one week (its Monday): an organization's, or a working group's. Whoever is coordinator or leader now has it.
-- `request`: of the figures that metrics was asked for last; `counted`, `as_of`: what it has answered, to which request (`answered`).
-- `notes`, `themes`, `declared`: as they are written now; what was sent is in `report_sent`.
CREATE TABLE report (
    municipality  text        NOT NULL,
    id            uuid        NOT NULL,
    campaign      text        NOT NULL,
    level         text        NOT NULL CHECK (level IN ('coordinator', 'group')),
    working_group uuid        NOT NULL,
    organization  uuid,
    name          text        NOT NULL,
    week          date        NOT NULL,
    first_day     date        NOT NULL,
    last_day      date        NOT NULL CHECK (last_day >= first_day),
    day           date        NOT NULL,
    due_at        timestamptz NOT NULL,
    moved         text        NOT NULL,
    request       uuid,
    answered      uuid,
    counted       jsonb,
    as_of         timestamptz,
    notes         text        NOT NULL DEFAULT '',
    themes        jsonb       NOT NULL DEFAULT '[]',
    declared      jsonb       NOT NULL DEFAULT '[]',
    number        int         NOT NULL DEFAULT 0,
    sent_at       timestamptz,
    in_time       boolean,
    differs       boolean     NOT NULL DEFAULT false,
    reminded_at   timestamptz,
    version       int         NOT NULL,
    PRIMARY KEY (municipality, id),
    CHECK ((level = 'group') = (organization IS NULL)),
    CHECK ((number = 0) = (sent_at IS NULL) AND (sent_at IS NULL) = (in_time IS NULL)),
    CHECK ((counted IS NULL) = (as_of IS NULL) AND (as_of IS NULL) = (answered IS NULL))
);
-- One report a line and week, whatever the line's group is: an organization is counted once.
CREATE UNIQUE INDEX report_of_organization ON report (campaign, week, organization) WHERE organization IS NOT NULL;
CREATE UNIQUE INDEX report_of_group ON report (campaign, week, working_group) WHERE organization IS NULL;
CREATE UNIQUE INDEX report_of_request ON report (request) WHERE request IS NOT NULL;
CREATE INDEX report_of_municipality ON report (municipality, week DESC, id);
CREATE INDEX report_of_line ON report (organization, week DESC);
CREATE INDEX report_in_group ON report (working_group, week DESC);
ALTER TABLE report ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON report
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Versions as they were sent: frozen, a correction is the next one.
CREATE TABLE report_sent (
    municipality text        NOT NULL,
    report       uuid        NOT NULL,
    number       int         NOT NULL CHECK (number > 0),
    content      jsonb       NOT NULL,
    sent_at      timestamptz NOT NULL,
    sent_by      uuid        NOT NULL REFERENCES account (id),
    PRIMARY KEY (municipality, report, number),
    FOREIGN KEY (municipality, report) REFERENCES report (municipality, id)
);
ALTER TABLE report_sent ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON report_sent
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE TRIGGER report_sent_stays BEFORE UPDATE OR DELETE ON report_sent FOR EACH ROW EXECUTE FUNCTION refuse_change();
