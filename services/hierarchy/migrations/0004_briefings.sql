-- What a working group has its coordinators read. A new version asks everybody again.
CREATE TABLE briefing_material (
    municipality  text        NOT NULL,
    working_group uuid        NOT NULL,
    version       int         NOT NULL CHECK (version > 0),
    body          text        NOT NULL,
    published_by  uuid        NOT NULL REFERENCES account (id),
    published_at  timestamptz NOT NULL,
    PRIMARY KEY (municipality, working_group, version),
    FOREIGN KEY (municipality, working_group) REFERENCES working_group (municipality, id)
);
ALTER TABLE briefing_material ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON briefing_material
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE TABLE briefing_session (
    municipality  text        NOT NULL,
    id            uuid        NOT NULL,
    working_group uuid        NOT NULL,
    manner        text        NOT NULL CHECK (manner IN ('in-person', 'remote')),
    day           date        NOT NULL,
    entered_by    uuid        NOT NULL REFERENCES account (id),
    entered_at    timestamptz NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, working_group) REFERENCES working_group (municipality, id)
);
CREATE INDEX briefing_session_of_group ON briefing_session (municipality, working_group, day);
ALTER TABLE briefing_session ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON briefing_session
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Who was briefed on which version (0: before there was a material), in which session; without one: by reading.
CREATE TABLE briefed (
    municipality  text        NOT NULL,
    working_group uuid        NOT NULL,
    account       uuid        NOT NULL REFERENCES account (id),
    version       int         NOT NULL,
    session       uuid,
    at            timestamptz NOT NULL,
    PRIMARY KEY (municipality, working_group, account, version),
    FOREIGN KEY (municipality, working_group) REFERENCES working_group (municipality, id),
    FOREIGN KEY (municipality, session) REFERENCES briefing_session (municipality, id)
);
CREATE INDEX briefed_in_session ON briefed (municipality, session);
ALTER TABLE briefed ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON briefed
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- When somebody was reminded of it last.
CREATE TABLE briefing_reminder (
    municipality  text        NOT NULL,
    working_group uuid        NOT NULL,
    account       uuid        NOT NULL REFERENCES account (id),
    written_at    timestamptz NOT NULL,
    PRIMARY KEY (municipality, working_group, account),
    FOREIGN KEY (municipality, working_group) REFERENCES working_group (municipality, id)
);
ALTER TABLE briefing_reminder ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON briefing_reminder
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

-- Every coordinator and stand-in of the open campaign with the group that briefs them (none, if no group has the
-- organization), the version that stands, and whether they were briefed on it.
CREATE VIEW to_be_briefed WITH (security_invoker = true) AS
SELECT a.municipality, a.working_group, a.account, a.name, a.organization, coalesce(m.version, 0) AS version,
       EXISTS (SELECT FROM briefed AS b
                WHERE b.municipality = a.municipality AND b.working_group = a.working_group
                  AND b.account = a.account AND b.version = coalesce(m.version, 0)) AS done
  FROM (SELECT a.municipality, a.account, a.name, a.organization,
               coalesce(own.working_group, rest.id) AS working_group
          FROM campaign AS c
         CROSS JOIN (SELECT municipality, account, name,
                            CASE WHEN role IN ('coordinator', 'stand-in') THEN scope_of::uuid END AS organization
                       FROM appointment WHERE until_at IS NULL AND role IN ('coordinator', 'stand-in')) AS a
          LEFT JOIN group_organization AS own
            ON own.municipality = a.municipality AND own.campaign = c.id AND own.organization = a.organization
          LEFT JOIN working_group AS rest
            ON rest.municipality = a.municipality AND rest.campaign = c.id AND rest.covers_all
           AND rest.dissolved_at IS NULL
         WHERE c.open) AS a
  LEFT JOIN (SELECT municipality, working_group, max(version) AS version
               FROM briefing_material GROUP BY municipality, working_group) AS m
    ON m.municipality = a.municipality AND m.working_group = a.working_group;

ALTER TABLE coverage ADD COLUMN unbriefed int NOT NULL DEFAULT 0;
