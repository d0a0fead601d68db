-- Initiatives that are still being written. They count nowhere, and go when they are submitted. `tab` is the page that
-- saved last: it may save again without knowing the version, as an answer may have been lost on its way.
CREATE TABLE draft (
    municipality   text        NOT NULL,
    participant_id uuid        NOT NULL,
    id             uuid        NOT NULL,
    direction      text        NOT NULL,
    organization   uuid,
    form           text        NOT NULL,
    title          text        NOT NULL,
    text           text        NOT NULL,
    version        int         NOT NULL,
    tab            text        NOT NULL,
    saved_at       timestamptz NOT NULL,
    PRIMARY KEY (municipality, participant_id, id)
);
CREATE INDEX draft_by_age ON draft (saved_at);
ALTER TABLE draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON draft
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
