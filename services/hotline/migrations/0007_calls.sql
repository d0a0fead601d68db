-- The secret with which a line's telephone exchange tells calls: its digest alone.
CREATE TABLE exchange_secret (
    municipality text        PRIMARY KEY REFERENCES line,
    digest       bytea       NOT NULL,
    made_at      timestamptz NOT NULL
);
ALTER TABLE exchange_secret ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON exchange_secret USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Calls as an exchange tells them, in whatever order. `phone` is the caller's number as it is stored, empty for one that
-- is hidden or cannot be read; `written` as it came. `look_at`: when a call without an answer becomes a case to call back.
CREATE TABLE call (
    municipality text        NOT NULL REFERENCES line,
    id           text        NOT NULL,
    phone        text        NOT NULL,
    written      text        NOT NULL,
    dialled      text        NOT NULL,
    began_at     timestamptz NOT NULL,
    rang_at      timestamptz,
    answered_at  timestamptz,
    hung_up_at   timestamptz,
    look_at      timestamptz,
    inquiry_id   uuid,
    PRIMARY KEY (municipality, id)
);
ALTER TABLE call ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON call USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX call_by_time ON call (municipality, began_at DESC);
CREATE INDEX call_missed ON call (look_at) WHERE look_at IS NOT NULL;
-- Whose call became a case lately.
CREATE INDEX call_of_phone ON call (municipality, phone, began_at DESC) WHERE phone <> '' AND inquiry_id IS NOT NULL;
CREATE INDEX call_expiring ON call (began_at);
