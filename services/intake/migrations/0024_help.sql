-- Requests for help with a draft or an initiative. `subject_id`: the draft's or the initiative's, wherever that is now;
-- `executor_link`: the version of the executor's link, none of which is good while no address is stored. An executor's
-- name and address go as soon as the request ends or another is named; `text` once it is no longer kept.
CREATE TABLE help_request (
    municipality    text        NOT NULL,
    id              uuid        NOT NULL,
    campaign        text        NOT NULL,
    participant_id  uuid,
    subject_kind    text        NOT NULL,
    subject_id      uuid        NOT NULL,
    organization    uuid,
    direction       text,
    text            text,
    requested_at    timestamptz NOT NULL,
    requested_by    uuid,
    inquiry         uuid,
    due_at          timestamptz,
    status          text        NOT NULL,
    level           text,
    holder          uuid,
    holder_name     text        NOT NULL,
    taken_at        timestamptz,
    suggested_at    timestamptz,
    ended_at        timestamptz,
    thanked_at      timestamptz,
    executor        boolean     NOT NULL,
    executor_name   text,
    executor_email  text,
    executor_link   int         NOT NULL,
    version         int         NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE UNIQUE INDEX help_request_once ON help_request (municipality, subject_id) WHERE ended_at IS NULL;
CREATE INDEX help_request_listed ON help_request (municipality, campaign, requested_at);
CREATE INDEX help_request_open ON help_request (id) WHERE ended_at IS NULL;
CREATE INDEX help_request_ended ON help_request (ended_at) WHERE text IS NOT NULL;
ALTER TABLE help_request ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON help_request USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- What was suggested, the last one at the end. `base_version`: of the draft or initiative that it was written against.
CREATE TABLE help_suggestion (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    request_id   uuid        NOT NULL,
    nth          int         NOT NULL,
    title        text        NOT NULL,
    text         text        NOT NULL,
    note         text        NOT NULL,
    base_version int         NOT NULL,
    account      uuid,
    name         text        NOT NULL,
    state        text        NOT NULL,
    answer       text        NOT NULL,
    suggested_at timestamptz NOT NULL,
    answered_at  timestamptz,
    PRIMARY KEY (municipality, id)
);
CREATE UNIQUE INDEX help_suggestion_nth ON help_suggestion (municipality, request_id, nth);
ALTER TABLE help_suggestion ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON help_suggestion USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Where a participant's requests are, wherever the participant is now. Holds no personal data.
CREATE TABLE help_directory (
    id             uuid PRIMARY KEY,
    tenant         text NOT NULL,
    participant_id uuid
);
CREATE INDEX help_directory_person ON help_directory (participant_id) WHERE participant_id IS NOT NULL;
