-- Who did what in the hotline, only ever added to: no policy lets a line be changed or removed.
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

-- The line of an administration: one each, so that two who define it at once change the same row. It stays when it is
-- closed, with the numbers by which it was called. `week` is in the region's time.
CREATE TABLE line (
    municipality  text        PRIMARY KEY,
    id            uuid        NOT NULL UNIQUE,
    name          text        NOT NULL,
    phones        text[]      NOT NULL,
    email         text        NOT NULL,
    address       text        NOT NULL,
    week          jsonb       NOT NULL,
    help          jsonb       NOT NULL,
    working_group uuid,
    act_number    text        NOT NULL,
    act_day       date,
    closed        boolean     NOT NULL,
    version       int         NOT NULL,
    changed_at    timestamptz NOT NULL
);
ALTER TABLE line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON line USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
-- A line is published: everybody reads whose it is and how to reach it. Only its own municipality writes.
CREATE POLICY everybody_reads ON line FOR SELECT USING (true);

-- A settlement that shares a line of another municipality: offered by that one, in force once its own Head agrees. One
-- that is served by agreement needs no row.
CREATE TABLE line_share (
    municipality text        NOT NULL,
    line_of      text        NOT NULL REFERENCES line,
    offered_at   timestamptz NOT NULL,
    agreed_at    timestamptz,
    ended_at     timestamptz,
    PRIMARY KEY (municipality, line_of)
);
CREATE INDEX line_share_of_line ON line_share (line_of);
ALTER TABLE line_share ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON line_share USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE POLICY everybody_reads ON line_share FOR SELECT USING (true);

-- Who of a municipality's people has been seen at the desk: names are known from tokens alone.
CREATE TABLE colleague (
    municipality text        NOT NULL,
    account      uuid        NOT NULL,
    name         text        NOT NULL,
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality, account)
);
ALTER TABLE colleague ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON colleague USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Who is on duty at a line, on which days. Several may be.
CREATE TABLE shift (
    municipality text NOT NULL REFERENCES line,
    id           uuid NOT NULL,
    account      uuid NOT NULL,
    name         text NOT NULL,
    first_day    date NOT NULL,
    last_day     date NOT NULL,
    PRIMARY KEY (municipality, id),
    CHECK (first_day <= last_day)
);
CREATE INDEX shift_by_day ON shift (municipality, last_day, first_day);
ALTER TABLE shift ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON shift USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What somebody who ends a shift leaves to whoever comes next: a note, and the inquiries that were open then.
CREATE TABLE hand_over (
    municipality text        NOT NULL REFERENCES line,
    id           uuid        NOT NULL,
    account      uuid        NOT NULL,
    name         text        NOT NULL,
    at           timestamptz NOT NULL,
    note         text        NOT NULL,
    cases        uuid[]      NOT NULL,
    accepted_by  uuid,
    accepted_as  text        NOT NULL DEFAULT '',
    accepted_at  timestamptz,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX hand_over_by_time ON hand_over (municipality, at DESC);
ALTER TABLE hand_over ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON hand_over USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
