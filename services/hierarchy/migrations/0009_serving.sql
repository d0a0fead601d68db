-- By agreement another municipality acts for one (обслуживает район): its groups have the organizations in their hands.
CREATE TABLE serving (
    municipality text        NOT NULL REFERENCES municipality (code),
    id           uuid        NOT NULL,
    served_by    text        NOT NULL REFERENCES municipality (code),
    act          uuid        NOT NULL,
    from_at      timestamptz NOT NULL,
    until_at     timestamptz,
    version      int         NOT NULL,
    PRIMARY KEY (municipality, id),
    FOREIGN KEY (municipality, act) REFERENCES act (municipality, id),
    CHECK (municipality <> served_by)
);
CREATE UNIQUE INDEX serving_now ON serving (municipality) WHERE until_at IS NULL;
CREATE INDEX serving_by ON serving (served_by) WHERE until_at IS NULL;
ALTER TABLE serving ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
-- Both sides know of it.
CREATE POLICY tenant ON serving
    USING (tenant_visible(municipality) OR tenant_visible(served_by))
    WITH CHECK (tenant_visible(municipality) OR tenant_visible(served_by));

-- Coordinators are their municipality's; the group that briefs them, with all that it keeps, may be the district's.
CREATE OR REPLACE VIEW to_be_briefed WITH (security_invoker = true) AS
SELECT a.municipality, a.working_group, a.account, a.name, a.organization, coalesce(m.version, 0) AS version,
       EXISTS (SELECT FROM briefed AS b
                WHERE b.municipality = a.municipality AND b.working_group = a.working_group
                  AND b.account = a.account AND b.version = coalesce(m.version, 0)) AS done,
       a.tenant
  FROM (SELECT a.municipality AS tenant, coalesce(own.municipality, rest.municipality, s.served_by, a.municipality) AS municipality,
               a.account, a.name, a.organization, coalesce(own.working_group, rest.id) AS working_group
          FROM campaign AS c
         CROSS JOIN (SELECT municipality, account, name,
                            CASE WHEN role IN ('coordinator', 'stand-in') THEN scope_of::uuid END AS organization
                       FROM appointment WHERE until_at IS NULL AND role IN ('coordinator', 'stand-in')) AS a
          JOIN organization AS o ON o.id = a.organization AND NOT o.closed
          LEFT JOIN serving AS s ON s.municipality = a.municipality AND s.until_at IS NULL
          LEFT JOIN group_organization AS own ON own.campaign = c.id AND own.organization = a.organization
          LEFT JOIN working_group AS rest
            ON rest.municipality = coalesce(s.served_by, a.municipality) AND rest.campaign = c.id AND rest.covers_all
           AND rest.dissolved_at IS NULL
         WHERE c.open) AS a
  LEFT JOIN (SELECT municipality, working_group, max(version) AS version
               FROM briefing_material GROUP BY municipality, working_group) AS m
    ON m.municipality = a.municipality AND m.working_group = a.working_group;

ALTER TABLE coverage ADD COLUMN served_by text REFERENCES municipality (code);
