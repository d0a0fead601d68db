-- Staff meetings whose ideas are entered together: who was there, and the grid while it is typed. Names, addresses and
-- what is typed go some days after everything is sent; that there was a meeting, and how much came of it, stays.
CREATE TABLE staff_meeting (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    campaign     text        NOT NULL,
    organization uuid        NOT NULL,
    day          date        NOT NULL,
    account      uuid        NOT NULL,
    begun_at     timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL,
    entered      int         NOT NULL DEFAULT 0,
    waiting      int         NOT NULL DEFAULT 0,
    erased       boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX staff_meeting_of_account ON staff_meeting (account, begun_at);
CREATE INDEX staff_meeting_unerased ON staff_meeting (changed_at) WHERE NOT erased;
ALTER TABLE staff_meeting ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON staff_meeting USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- The sign-in sheet. `participant_id`: who the person is once that is known; `another`: whoever sends has seen who is
-- registered under the same name, and says that this is somebody else.
CREATE TABLE staff_meeting_person (
    municipality   text    NOT NULL,
    meeting_id     uuid    NOT NULL,
    nth            int     NOT NULL,
    name           text    NOT NULL,
    email          text,
    position       text    NOT NULL,
    consent        text,
    participant_id uuid,
    another        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (municipality, meeting_id, nth),
    FOREIGN KEY (municipality, meeting_id) REFERENCES staff_meeting
);
ALTER TABLE staff_meeting_person ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON staff_meeting_person USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- The grid, row by row, as it is typed; a row with an initiative is sent, and changes no more.
CREATE TABLE staff_meeting_grid (
    municipality  text NOT NULL,
    meeting_id    uuid NOT NULL,
    key           uuid NOT NULL,
    nth           int  NOT NULL,
    authors       text,
    direction     text NOT NULL,
    form          text NOT NULL,
    title         text,
    text          text,
    initiative_id uuid,
    number        bigint,
    PRIMARY KEY (municipality, meeting_id, key),
    FOREIGN KEY (municipality, meeting_id) REFERENCES staff_meeting
);
ALTER TABLE staff_meeting_grid ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON staff_meeting_grid USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
