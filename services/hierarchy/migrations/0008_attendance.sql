-- Who was at a session: whoever had been briefed before by reading was there all the same.
CREATE TABLE attendance (
    municipality text NOT NULL,
    session      uuid NOT NULL,
    account      uuid NOT NULL REFERENCES account (id),
    PRIMARY KEY (municipality, session, account),
    FOREIGN KEY (municipality, session) REFERENCES briefing_session (municipality, id)
);
ALTER TABLE attendance ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON attendance
    USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

SELECT set_config('app.municipalities', '*', true);
INSERT INTO attendance (municipality, session, account)
SELECT municipality, session, account FROM briefed WHERE session IS NOT NULL;

-- Every coordinator and stand-in of an organization that is not closed, in the open campaign, with the group that briefs them
-- (none, if no group has the organization), the version that stands, and whether they were briefed on it.
CREATE OR REPLACE VIEW to_be_briefed WITH (security_invoker = true) AS
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
          JOIN organization AS o ON o.id = a.organization AND NOT o.closed
          LEFT JOIN group_organization AS own
            ON own.municipality = a.municipality AND own.campaign = c.id AND own.organization = a.organization
          LEFT JOIN working_group AS rest
            ON rest.municipality = a.municipality AND rest.campaign = c.id AND rest.covers_all
           AND rest.dissolved_at IS NULL
         WHERE c.open) AS a
  LEFT JOIN (SELECT municipality, working_group, max(version) AS version
               FROM briefing_material GROUP BY municipality, working_group) AS m
    ON m.municipality = a.municipality AND m.working_group = a.working_group;
