-- What is asked about: the region's list, kept by the administrator. A theme that was removed stays with its cases.
CREATE TABLE theme (
    code      text    PRIMARY KEY,
    name      text    NOT NULL,
    direction text,
    place     int     NOT NULL,
    removed   boolean NOT NULL DEFAULT false
);
INSERT INTO theme (code, name, place) VALUES
    ('how-to-submit',  'Как подать инициативу', 1),
    ('registration',   'Регистрация и вход', 2),
    ('wording',        'Помощь с формулировкой', 3),
    ('my-initiative',  'Что с моей инициативой', 4),
    ('about-campaign', 'О марафоне', 5),
    ('other',          'Другое', 6);

-- Numbers for people, unique in the installation: they stand in the subjects of letters.
CREATE SEQUENCE inquiry_number;

-- An inquiry. `name`, `email`, `phone` are the initiator's; `participant` if they were signed in. `link_version` is
-- signed into the initiator's link: a new one revokes the old.
CREATE TABLE inquiry (
    municipality         text        NOT NULL,
    id                   uuid        NOT NULL,
    number               bigint      NOT NULL UNIQUE,
    campaign             text        NOT NULL,
    organization         uuid,
    direction            text,
    theme                text        NOT NULL,
    channel              text        NOT NULL,
    line                 uuid,
    status               text        NOT NULL,
    level                text        NOT NULL,
    holder_group         uuid,
    holder_organization  uuid,
    holder               uuid,
    holder_name          text        NOT NULL DEFAULT '',
    regulation_of        text        NOT NULL,
    regulation           int         NOT NULL,
    zone                 text        NOT NULL,
    first_answer_due_at  timestamptz NOT NULL,
    answer_due_at        timestamptz NOT NULL,
    opened_at            timestamptz NOT NULL,
    first_answered_at    timestamptz,
    answered_at          timestamptz,
    closed_at            timestamptz,
    first_answer_minutes int,
    answer_minutes       int,
    first_answer_late    boolean     NOT NULL DEFAULT false,
    answer_late          boolean     NOT NULL DEFAULT false,
    escalations          int         NOT NULL DEFAULT 0,
    reopened             int         NOT NULL DEFAULT 0,
    helped               boolean,
    merged_into          uuid,
    subject              text        NOT NULL,
    name                 text        NOT NULL DEFAULT '',
    email                text        NOT NULL DEFAULT '',
    phone                text        NOT NULL DEFAULT '',
    participant          uuid,
    link_version         int         NOT NULL DEFAULT 1,
    version              int         NOT NULL,
    PRIMARY KEY (municipality, id)
);
ALTER TABLE inquiry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
-- The desk reads what is open, the longest waiting first; what is closed is a hundred times as much.
CREATE INDEX inquiry_open ON inquiry (municipality, answer_due_at, id)
    WHERE status IN ('new', 'taken', 'waiting', 'transferred');
CREATE INDEX inquiry_closed ON inquiry (municipality, opened_at DESC, id);
CREATE INDEX inquiry_of_phone ON inquiry (municipality, phone) WHERE phone <> '';
CREATE INDEX inquiry_of_email ON inquiry (municipality, email) WHERE email <> '';

-- Everybody in turn to whom it came: each level that a case has passed still sees it.
CREATE TABLE inquiry_level (
    municipality text        NOT NULL,
    inquiry_id   uuid        NOT NULL,
    nth          int         NOT NULL,
    level        text        NOT NULL,
    holder_group uuid,
    organization uuid,
    since        timestamptz NOT NULL,
    why          text        NOT NULL,
    PRIMARY KEY (municipality, inquiry_id, nth),
    FOREIGN KEY (municipality, inquiry_id) REFERENCES inquiry
);
ALTER TABLE inquiry_level ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry_level
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- The running clocks. `next_at`: when the worker has to look (it warns, or its time passes); none while it stands still.
CREATE TABLE inquiry_clock (
    municipality text        NOT NULL,
    inquiry_id   uuid        NOT NULL,
    step         text        NOT NULL,
    minutes      int         NOT NULL,
    began_at     timestamptz NOT NULL,
    warns_at     timestamptz NOT NULL,
    due_at       timestamptz NOT NULL,
    warned       boolean     NOT NULL DEFAULT false,
    breached     boolean     NOT NULL DEFAULT false,
    left_minutes int,
    next_at      timestamptz,
    PRIMARY KEY (municipality, inquiry_id, step),
    FOREIGN KEY (municipality, inquiry_id) REFERENCES inquiry
);
ALTER TABLE inquiry_clock ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry_clock
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX inquiry_clock_next ON inquiry_clock (next_at) WHERE next_at IS NOT NULL;

-- What happened and what was said, in order. `inside`: the initiator does not see it.
CREATE TABLE inquiry_entry (
    municipality text        NOT NULL,
    inquiry_id   uuid        NOT NULL,
    nth          int         NOT NULL,
    id           uuid        NOT NULL,
    kind         text        NOT NULL,
    at           timestamptz NOT NULL,
    level        text        NOT NULL DEFAULT '',
    by_account   uuid,
    by_name      text        NOT NULL DEFAULT '',
    text         text        NOT NULL DEFAULT '',
    inside       boolean     NOT NULL DEFAULT false,
    PRIMARY KEY (municipality, inquiry_id, nth),
    FOREIGN KEY (municipality, inquiry_id) REFERENCES inquiry
);
ALTER TABLE inquiry_entry ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry_entry
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
