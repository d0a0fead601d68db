-- Initiatives of which their authors have not been told yet, by a letter for all of some minutes: a row goes once the
-- letter is written. Small, and read as a whole: an index would cost every submission more than it ever saves.
CREATE TABLE acceptance (
    municipality   text        NOT NULL,
    participant_id uuid        NOT NULL,
    initiative_id  uuid        NOT NULL,
    accepted_at    timestamptz NOT NULL
);
ALTER TABLE acceptance ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON acceptance
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
