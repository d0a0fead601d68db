-- Whom authors have named as co-authors, and who asks to be one. The address goes with the answer, unless its person is
-- a co-author from then on. The digest stays: nobody is written to twice of what they have declined.
CREATE TABLE co_author (
    municipality   text        NOT NULL,
    id             uuid        NOT NULL,
    initiative_id  uuid        NOT NULL,
    email          text        NOT NULL,
    email_digest   bytea       NOT NULL,
    state          text        NOT NULL,
    participant_id uuid,
    since          timestamptz NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE UNIQUE INDEX co_author_once ON co_author (municipality, initiative_id, email_digest);
CREATE INDEX co_author_unanswered ON co_author (since) WHERE state IN ('named', 'asking');
ALTER TABLE co_author ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON co_author USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Which tenant an invitation works for, and whose it is. Holds no personal data: addresses are keyed digests.
CREATE TABLE co_author_directory (
    id             uuid        PRIMARY KEY,
    tenant         text        NOT NULL,
    email_digest   bytea       NOT NULL,
    participant_id uuid,
    named_at       timestamptz NOT NULL
);
CREATE INDEX co_author_directory_address ON co_author_directory (email_digest, named_at);
CREATE INDEX co_author_directory_person ON co_author_directory (participant_id) WHERE participant_id IS NOT NULL;
