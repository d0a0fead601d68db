-- Questions up a municipality's line of subordination. Who asks, in which appointment (`held_in`: whose row that is, of a served
-- settlement's coordinator the settlement's); after a replacement it is the successor. `holder`: the level that is to answer;
-- `groups`: every working group that has held it. The version of the regulation under which it was asked counts to the end.
CREATE TABLE question (
    municipality      text        NOT NULL,
    id                uuid        NOT NULL,
    campaign          text        NOT NULL,
    account           uuid        NOT NULL REFERENCES account (id),
    held_in           text        NOT NULL,
    appointment       uuid        NOT NULL,
    role              text        NOT NULL,
    scope_of          text        NOT NULL,
    working_group     uuid,
    organization      uuid,
    name              text        NOT NULL,
    place             text        NOT NULL,
    body              text        NOT NULL,
    direction         text,
    initiative        uuid,
    initiative_number bigint,
    regulation_of     text        NOT NULL,
    regulation        int         NOT NULL,
    minutes           int         NOT NULL CHECK (minutes > 0),
    holder            text        NOT NULL CHECK (holder IN ('group', 'coordination', 'head')),
    holder_group      uuid,
    groups            uuid[]      NOT NULL,
    asked_at          timestamptz NOT NULL,
    due_at            timestamptz NOT NULL,
    state             text        NOT NULL CHECK (state IN ('asked', 'answered', 'withdrawn')),
    escalated         boolean     NOT NULL,
    late              boolean     NOT NULL,
    answer            text        NOT NULL DEFAULT '',
    answered_by       uuid        REFERENCES account (id),
    on_behalf_of      uuid        REFERENCES account (id),
    answered_at       timestamptz CHECK (answered_at >= asked_at),
    answer_minutes    int         CHECK (answer_minutes >= 0),
    in_time           boolean,
    published_at      timestamptz CHECK (published_at >= answered_at),
    published_text    text        NOT NULL DEFAULT '',
    version           int         NOT NULL,
    -- Of what is published alone; its beginning is where typing errors are forgiven. No index: row security lets none but safe
    -- operators use one, and a municipality has some hundreds of answers.
    words             tsvector    GENERATED ALWAYS AS
        (CASE WHEN published_at IS NOT NULL
              THEN to_tsvector('russian', replace(lower(published_text || ' ' || answer), 'ё', 'е')) END) STORED,
    beginning         text        GENERATED ALWAYS AS
        (CASE WHEN published_at IS NOT NULL THEN replace(lower(left(published_text, 300)), 'ё', 'е') END) STORED,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (held_in, appointment) REFERENCES appointment (municipality, id),
    CHECK ((holder = 'group') = (holder_group IS NOT NULL)),
    CHECK ((state = 'answered') = (answered_at IS NOT NULL)),
    CHECK ((answered_at IS NULL) = (answered_by IS NULL) AND (answered_at IS NULL) = (answer_minutes IS NULL)
           AND (answered_at IS NULL) = (in_time IS NULL) AND (answered_at IS NULL) = (answer = '')),
    CHECK ((published_at IS NULL) = (published_text = ''))
);
CREATE INDEX question_of_scope ON question (scope_of, id);
CREATE INDEX question_by_id ON question (id);
CREATE INDEX question_open ON question (due_at) WHERE state = 'asked';
CREATE INDEX question_published ON question (municipality, id) WHERE published_at IS NOT NULL;
ALTER TABLE question ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON question
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What was done with a question and with what words. Only ever added to.
CREATE TABLE question_step (
    municipality text        NOT NULL,
    id           bigint      GENERATED ALWAYS AS IDENTITY,
    question     uuid        NOT NULL,
    at           timestamptz NOT NULL,
    account      uuid        REFERENCES account (id),
    on_behalf_of uuid        REFERENCES account (id),
    what         text        NOT NULL,
    words        text        NOT NULL DEFAULT '',
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, question) REFERENCES question (municipality, id)
);
CREATE INDEX question_step_of_question ON question_step (municipality, question, id);
ALTER TABLE question_step ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON question_step
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What two people who stand directly above each other in a line write to each other; `municipality`: whose line.
CREATE TABLE message (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    sender       uuid        NOT NULL REFERENCES account (id),
    addressee    uuid        NOT NULL REFERENCES account (id),
    body         text        NOT NULL,
    sent_at      timestamptz NOT NULL,
    read_at      timestamptz CHECK (read_at >= sent_at),
    PRIMARY KEY (municipality, id),
    CHECK (sender <> addressee)
);
CREATE INDEX message_of_sender ON message (sender, addressee, id);
CREATE INDEX message_of_addressee ON message (addressee, sender, id);
ALTER TABLE message ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON message
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
