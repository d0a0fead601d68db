-- Who entered an initiative for its authors, acting at which level, in which staff meeting's session if in one.
-- `row_key`: by what the sender knows the row, which is stored once.
CREATE TABLE assisted_initiative (
    municipality  text        NOT NULL,
    initiative_id uuid        NOT NULL,
    row_key       uuid        NOT NULL,
    session       uuid,
    account       uuid        NOT NULL,
    level         text        NOT NULL,
    entered_at    timestamptz NOT NULL,
    PRIMARY KEY (municipality, initiative_id)
);
CREATE UNIQUE INDEX assisted_initiative_once ON assisted_initiative (municipality, row_key);
CREATE INDEX assisted_initiative_of_session ON assisted_initiative (municipality, session) WHERE session IS NOT NULL;
ALTER TABLE assisted_initiative ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON assisted_initiative
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Of what was entered for them people have not been told yet: a row goes once the letter is written. Small, and read as
-- a whole.
CREATE TABLE assisted_notice (
    municipality   text        NOT NULL,
    participant_id uuid        NOT NULL,
    initiative_id  uuid        NOT NULL,
    entered_at     timestamptz NOT NULL,
    PRIMARY KEY (municipality, participant_id, initiative_id)
);
ALTER TABLE assisted_notice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON assisted_notice
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
