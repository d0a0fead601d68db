-- People whom the staff register in person, with recorded consent; they may have no address. `entered_by`: the account
-- that registered them, null for who registered by a letter; `confirmed_at`: when they signed in by their address first.
-- The row of who was merged with another stays for the figures, without anything personal.
ALTER TABLE participant
    ALTER COLUMN email DROP NOT NULL,
    ADD COLUMN name           sealed_text,
    ADD COLUMN registered_how text NOT NULL DEFAULT 'letter',
    ADD COLUMN entered_by     uuid,
    ADD COLUMN consent_kind   text,
    ADD COLUMN consent_day    date,
    ADD COLUMN consent_number text,
    ADD COLUMN confirmed_at   timestamptz,
    ADD COLUMN merged_into    uuid;
SELECT set_config('app.municipalities', '*', true);
UPDATE participant SET email = NULL WHERE erased_at IS NOT NULL;

-- By now a participant may be in the directory without an address.
ALTER TABLE participant_directory
    DROP CONSTRAINT participant_directory_pkey,
    DROP CONSTRAINT participant_directory_participant_id_key,
    ALTER COLUMN email_digest DROP NOT NULL,
    ADD PRIMARY KEY (participant_id);
CREATE UNIQUE INDEX participant_directory_address ON participant_directory (campaign, email_digest);
ALTER TABLE co_author ALTER COLUMN email_digest DROP NOT NULL;
ALTER TABLE co_author_directory ALTER COLUMN email_digest DROP NOT NULL;

-- By which words of their names participants are found: keyed digests, so that nothing looks into a name.
CREATE TABLE participant_name (
    municipality   text  NOT NULL,
    participant_id uuid  NOT NULL,
    digest         bytea NOT NULL,
    PRIMARY KEY (municipality, participant_id, digest)
);
CREATE INDEX participant_name_found ON participant_name (municipality, digest);
ALTER TABLE participant_name ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON participant_name
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
