-- Numbers for people: unique in a campaign, gaps allowed.
CREATE SEQUENCE initiative_number;

CREATE TABLE initiative (
    municipality   text        NOT NULL,
    id             uuid        NOT NULL,
    number         bigint      NOT NULL,
    campaign       text        NOT NULL,
    participant_id uuid        NOT NULL,
    organization   uuid,
    direction      text        NOT NULL,
    classifiers    jsonb       NOT NULL,
    title          text        NOT NULL,
    text           text        NOT NULL,
    status         text        NOT NULL,
    submitted_at   timestamptz NOT NULL,
    version        int         NOT NULL,
    PRIMARY KEY (municipality, id)
);
CREATE INDEX initiative_of_participant ON initiative (municipality, participant_id, number DESC);
ALTER TABLE initiative ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON initiative
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE TABLE initiative_history (
    municipality  text        NOT NULL,
    initiative_id uuid        NOT NULL,
    version       int         NOT NULL,
    status        text        NOT NULL,
    happened_at   timestamptz NOT NULL,
    reason        text,
    PRIMARY KEY (municipality, initiative_id, version)
);
ALTER TABLE initiative_history ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON initiative_history
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
