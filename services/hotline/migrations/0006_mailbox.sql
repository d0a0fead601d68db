-- A letter may say what it answers and where an answer goes (RFC 5322, 3.6.4).
ALTER TABLE letter ADD COLUMN headers jsonb NOT NULL DEFAULT '{}';

-- The letters of an inquiry by their Message-IDs, those that came and ours: an answer names them. Unique per inquiry: a
-- stranger may give his letter any Message-ID.
CREATE TABLE inquiry_message (
    municipality text        NOT NULL,
    inquiry_id   uuid        NOT NULL,
    message_id   text        NOT NULL,
    ours         boolean     NOT NULL,
    at           timestamptz NOT NULL,
    PRIMARY KEY (municipality, inquiry_id, message_id),
    FOREIGN KEY (municipality, inquiry_id) REFERENCES inquiry ON UPDATE CASCADE
);
ALTER TABLE inquiry_message ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry_message USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX inquiry_message_by_id ON inquiry_message (message_id);

-- Every letter that came to a line, once: `digest` is the same for copies alone. `sender` is a digest too, by which
-- letters of one sender are counted. `original`: where the bytes lie of one that was parked.
CREATE TABLE mailbox_letter (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    digest       text        NOT NULL,
    sender       text        NOT NULL,
    taken_at     timestamptz NOT NULL,
    outcome      text        NOT NULL,
    inquiry_id   uuid,
    original     text        NOT NULL DEFAULT '',
    PRIMARY KEY (municipality, id),
    UNIQUE (municipality, digest)
);
ALTER TABLE mailbox_letter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON mailbox_letter USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX mailbox_letter_of_sender ON mailbox_letter (municipality, sender, taken_at);

-- What came with a letter beside the words in the history: the letter with what it quotes, and its files.
CREATE TABLE inquiry_letter (
    municipality text NOT NULL,
    inquiry_id   uuid NOT NULL,
    id           uuid NOT NULL,
    entry        int  NOT NULL,
    whole        text NOT NULL,
    PRIMARY KEY (municipality, inquiry_id, id),
    FOREIGN KEY (municipality, inquiry_id) REFERENCES inquiry ON UPDATE CASCADE
);
ALTER TABLE inquiry_letter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry_letter USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- `erased`: whoever wrote asked for it, or its time is over; the worker discards the file, then the row.
CREATE TABLE inquiry_file (
    municipality text   NOT NULL,
    inquiry_id   uuid   NOT NULL,
    id           uuid   NOT NULL,
    entry        int    NOT NULL,
    name         text   NOT NULL,
    media_type   text   NOT NULL,
    size         bigint NOT NULL,
    key          text   NOT NULL,
    erased       boolean NOT NULL DEFAULT false,
    PRIMARY KEY (municipality, inquiry_id, id),
    FOREIGN KEY (municipality, inquiry_id) REFERENCES inquiry ON UPDATE CASCADE
);
ALTER TABLE inquiry_file ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON inquiry_file USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX inquiry_file_erased ON inquiry_file (municipality, inquiry_id, id) WHERE erased;
