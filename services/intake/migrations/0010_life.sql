-- What bodies decide on initiatives. `held_since`: since when its holder has it, from the submission on where nothing
-- is said; `origin`: the level that wrote it, where its author is a body. Both are null for nearly every row.
ALTER TABLE initiative
    ADD COLUMN held_since  timestamptz,
    ADD COLUMN origin      text,
    ADD COLUMN decided_by  text,
    ADD COLUMN in_time     boolean,
    ADD COLUMN merged_into uuid;
CREATE INDEX initiative_listed ON initiative (municipality, number DESC);

-- Every decision on an initiative, with what was before it, so that it can be taken back. `bulk`: those that were
-- decided together; `version`: the initiative's, which it made; `reported_at`: when its author was told.
CREATE TABLE decision (
    municipality  text        NOT NULL,
    id            uuid        NOT NULL,
    bulk          uuid        NOT NULL,
    initiative_id uuid        NOT NULL,
    version       int         NOT NULL,
    kind          text        NOT NULL,
    level         text        NOT NULL,
    working_group uuid,
    account       uuid        NOT NULL,
    name          text        NOT NULL,
    reason        text        NOT NULL,
    text          text        NOT NULL,
    before        jsonb       NOT NULL,
    decided_at    timestamptz NOT NULL,
    undone_at     timestamptz,
    reported_at   timestamptz,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX decision_of_initiative ON decision (municipality, initiative_id, version);
CREATE INDEX decision_of_bulk ON decision (bulk);
CREATE INDEX decision_unreported ON decision (decided_at) WHERE reported_at IS NULL;
ALTER TABLE decision ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON decision USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Who did what in intake, only ever added to: no policy lets a line be changed or removed.
CREATE TABLE audit (
    municipality text        NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    account      uuid,
    action       text        NOT NULL,
    subject      text        NOT NULL
);
CREATE INDEX audit_of_subject ON audit (municipality, subject, id);
ALTER TABLE audit ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant_reads ON audit FOR SELECT USING (tenant_visible(municipality));
CREATE POLICY tenant_adds ON audit FOR INSERT WITH CHECK (tenant_visible(municipality));
