-- Orders (поручения) down a municipality's line of subordination. `number` is of the municipality and the year, and there from the
-- moment when it is issued; `working_group`: whose leader gives it, none for the Head; `addressed`: to whom, as it was chosen.
CREATE TABLE work_order (
    municipality  text        NOT NULL,
    id            uuid        NOT NULL,
    campaign      text        NOT NULL,
    year          int,
    number        int         CHECK (number > 0),
    working_group uuid,
    kind          text        NOT NULL CHECK (kind IN ('do', 'inform')),
    body          text        NOT NULL,
    done_by       text        NOT NULL CHECK (done_by IN ('text', 'number', 'file')),
    due_at        timestamptz NOT NULL,
    series        uuid,
    addressed     text[]      NOT NULL,
    agreement     uuid,
    act_number    text        NOT NULL DEFAULT '',
    act_day       date,
    made_by       uuid        NOT NULL REFERENCES account (id),
    made_at       timestamptz NOT NULL,
    issued_by     uuid        REFERENCES account (id),
    on_behalf_of  uuid        REFERENCES account (id),
    issued_at     timestamptz,
    closed_at     timestamptz,
    state         text        NOT NULL CHECK (state IN ('prepared', 'issued', 'closed', 'withdrawn')),
    version       int         NOT NULL,
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, year, number),
    CHECK ((act_number = '') = (act_day IS NULL)),
    CHECK ((state IN ('issued', 'closed')) = (issued_at IS NOT NULL)),
    CHECK ((issued_at IS NULL) = (number IS NULL) AND (number IS NULL) = (year IS NULL) AND (number IS NULL) = (issued_by IS NULL)),
    CHECK ((state IN ('closed', 'withdrawn')) = (closed_at IS NOT NULL))
);
CREATE INDEX work_order_in_order ON work_order (municipality, made_at, id);
CREATE INDEX work_order_of_series ON work_order (municipality, series) WHERE series IS NOT NULL;
ALTER TABLE work_order ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON work_order
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What one addressee has of an order, in which appointment (`held_in`: whose row that is, of a served settlement's coordinator the
-- settlement's); after a replacement it is the successor's. `name`, `place`: as they were then.
CREATE TABLE work_order_task (
    municipality    text        NOT NULL,
    id              uuid        NOT NULL,
    work_order      uuid        NOT NULL,
    account         uuid        NOT NULL REFERENCES account (id),
    held_in         text        NOT NULL,
    appointment     uuid        NOT NULL,
    role            text        NOT NULL,
    scope_of        text        NOT NULL,
    working_group   uuid,
    organization    uuid,
    name            text        NOT NULL,
    place           text        NOT NULL,
    state           text        NOT NULL CHECK (state IN ('received', 'acknowledged', 'reported', 'returned', 'accepted')),
    received_at     timestamptz NOT NULL,
    acknowledged_at timestamptz CHECK (acknowledged_at >= received_at),
    reported_at     timestamptz CHECK (reported_at >= acknowledged_at),
    returned_at     timestamptz CHECK (returned_at >= reported_at),
    accepted_at     timestamptz CHECK (accepted_at >= reported_at),
    in_time         boolean,
    report_text     text        NOT NULL DEFAULT '',
    report_number   bigint,
    report_file     uuid,
    reason          text        NOT NULL DEFAULT '',
    reminded_at     timestamptz,
    version         int         NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, work_order) REFERENCES work_order (municipality, id),
    FOREIGN KEY (held_in, appointment) REFERENCES appointment (municipality, id)
);
CREATE INDEX work_order_task_of_order ON work_order_task (municipality, work_order, id);
CREATE INDEX work_order_task_of_account ON work_order_task (account, id);
CREATE INDEX work_order_task_of_group ON work_order_task (working_group) WHERE state <> 'accepted';
CREATE INDEX work_order_task_open ON work_order_task (appointment) WHERE state IN ('received', 'acknowledged', 'returned');
ALTER TABLE work_order_task ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON work_order_task
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Files of an order: attached by who gives it, or brought by an addressee for the report (`task`). The file itself lies outside.
CREATE TABLE work_order_file (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    work_order   uuid        NOT NULL,
    task         uuid,
    media_type   text        NOT NULL CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    size         int         NOT NULL CHECK (size > 0),
    digest       bytea       NOT NULL CHECK (length(digest) = 32),
    stored_by    uuid        NOT NULL REFERENCES account (id),
    stored_at    timestamptz NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, work_order) REFERENCES work_order (municipality, id),
    UNIQUE NULLS NOT DISTINCT (municipality, work_order, task, digest)
);
ALTER TABLE work_order_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON work_order_file
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What was done with an order and with what words. Only ever added to.
CREATE TABLE work_order_step (
    municipality text        NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    work_order   uuid        NOT NULL,
    task         uuid,
    at           timestamptz NOT NULL,
    account      uuid        REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    what         text        NOT NULL,
    words        text        NOT NULL DEFAULT '',
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, work_order) REFERENCES work_order (municipality, id)
);
CREATE INDEX work_order_step_of_order ON work_order_step (municipality, work_order, id);
ALTER TABLE work_order_step ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON work_order_step
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
