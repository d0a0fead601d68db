-- Files that authors add. `holder`: the initiative, or a draft of the participant `draft_of`, whose browser has chosen its
-- id, which may be any; `key`: where the file is stored, null once it was found to be infected; `look_at`: when the scanner
-- is asked next, of those that wait for it.
CREATE TABLE attachment (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    holder       uuid        NOT NULL,
    draft_of     uuid,
    name         text        NOT NULL,
    media_type   text        NOT NULL,
    size         int         NOT NULL,
    key          text,
    state        text        NOT NULL,
    added_at     timestamptz NOT NULL,
    attempts     int         NOT NULL DEFAULT 0,
    look_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX attachment_of_holder ON attachment (municipality, holder);
CREATE INDEX attachment_waiting ON attachment (look_at) WHERE state = 'waiting';
ALTER TABLE attachment ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON attachment USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Files that are to be removed from the storage: each is entered before it is written, and leaves when its attachment
-- is committed. Holds no personal data.
CREATE TABLE attachment_leftover (
    key    text        PRIMARY KEY,
    due_at timestamptz NOT NULL
);
CREATE INDEX attachment_leftover_due ON attachment_leftover (due_at);

-- How many files a draft has: who submits one without pays nothing for those of others.
ALTER TABLE draft ADD COLUMN files int NOT NULL DEFAULT 0;
