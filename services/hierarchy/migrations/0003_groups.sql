-- A chair has one holder: a Head, a responsible person, a working group's leader, an organization's coordinator.
DROP INDEX appointment_chair;
CREATE UNIQUE INDEX appointment_chair ON appointment (municipality, role, scope_of)
    WHERE until_at IS NULL AND role IN ('head', 'responsible', 'leader', 'coordinator');

-- Who took over from a closed organization.
ALTER TABLE organization ADD COLUMN successor uuid REFERENCES organization (id);

-- A working group of one campaign. `covers_all`: whatever no other group of the municipality covers.
CREATE TABLE working_group (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    campaign     text        NOT NULL REFERENCES campaign (id),
    name         text        NOT NULL,
    covers_all   boolean     NOT NULL,
    act          uuid        NOT NULL,
    formed_at    timestamptz NOT NULL,
    dissolved_at timestamptz,
    version      int         NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, act) REFERENCES act (municipality, id)
);
CREATE UNIQUE INDEX working_group_of_the_rest ON working_group (municipality, campaign)
    WHERE covers_all AND dissolved_at IS NULL;
ALTER TABLE working_group ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON working_group
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE TABLE group_direction (
    municipality  text NOT NULL,
    campaign      text NOT NULL,
    direction     text NOT NULL,
    working_group uuid NOT NULL,
    PRIMARY KEY (municipality, campaign, direction),
    FOREIGN KEY (municipality, working_group) REFERENCES working_group (municipality, id)
);
ALTER TABLE group_direction ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON group_direction
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE TABLE group_organization (
    municipality  text NOT NULL,
    campaign      text NOT NULL,
    organization  uuid NOT NULL REFERENCES organization (id),
    working_group uuid NOT NULL,
    PRIMARY KEY (campaign, organization),
    FOREIGN KEY (municipality, working_group) REFERENCES working_group (municipality, id)
);
CREATE INDEX group_organization_of_group ON group_organization (municipality, working_group);
ALTER TABLE group_organization ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON group_organization
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Working groups with their areas. With the rights of whoever asks: row security holds for a view as well.
CREATE VIEW working_group_area WITH (security_invoker = true) AS
SELECT g.*,
       ARRAY (SELECT d.direction FROM group_direction AS d
               WHERE d.municipality = g.municipality AND d.working_group = g.id) AS directions,
       ARRAY (SELECT o.organization FROM group_organization AS o
               WHERE o.municipality = g.municipality AND o.working_group = g.id) AS organizations
  FROM working_group AS g;

-- How far a municipality is staffed, as the worker stated it last: what the levels above read.
CREATE TABLE coverage (
    municipality            text NOT NULL,
    campaign                text NOT NULL REFERENCES campaign (id),
    head                    boolean NOT NULL,
    responsible             boolean NOT NULL,
    groups                  int NOT NULL,
    groups_without_leader   int NOT NULL,
    directions_uncovered    int NOT NULL,
    organizations           int NOT NULL,
    organizations_uncovered int NOT NULL,
    coordinators_missing    int NOT NULL,
    unanswered              int NOT NULL,
    formed_at               timestamptz,
    version                 int NOT NULL,
    PRIMARY KEY (campaign, municipality)
);
ALTER TABLE coverage ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON coverage
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
