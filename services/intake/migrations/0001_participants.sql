-- Which tenant a session works for. Holds no personal data: addresses are keyed digests.
CREATE TABLE participant_directory (
    campaign       text  NOT NULL,
    email_digest   bytea NOT NULL,
    participant_id uuid  NOT NULL UNIQUE,
    tenant         text  NOT NULL,
    PRIMARY KEY (campaign, email_digest)
);

CREATE TABLE participant (
    municipality    text        NOT NULL,
    id              uuid        NOT NULL,
    campaign        text        NOT NULL,
    organization    uuid,
    classifiers     jsonb       NOT NULL,
    email           text        NOT NULL,
    consent_version text        NOT NULL,
    consented_at    timestamptz NOT NULL,
    registered_at   timestamptz,
    version         int         NOT NULL,
    PRIMARY KEY (municipality, id)
);
ALTER TABLE participant ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON participant
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- The six digits of the last letter, as a keyed digest.
CREATE TABLE confirmation_code (
    participant_id uuid        PRIMARY KEY,
    code_digest    bytea       NOT NULL,
    expires_at     timestamptz NOT NULL,
    attempts_left  int         NOT NULL,
    hour_began_at  timestamptz NOT NULL,
    sent_this_hour int         NOT NULL
);

CREATE TABLE participant_session (
    id             uuid        PRIMARY KEY,
    participant_id uuid        NOT NULL,
    tenant         text        NOT NULL,
    campaign       text        NOT NULL,
    begun_at       timestamptz NOT NULL,
    expires_at     timestamptz NOT NULL
);

-- Letters to participants; a row goes once its letter is sent.
CREATE TABLE letter (
    id          uuid        PRIMARY KEY,
    recipient   text        NOT NULL,
    subject     text        NOT NULL,
    body        text        NOT NULL,
    written_at  timestamptz NOT NULL,
    attempts    int         NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL
);
CREATE INDEX letter_waiting ON letter (next_try_at);
