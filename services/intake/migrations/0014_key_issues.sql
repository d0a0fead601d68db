-- Key issues (ключевые вопросы): a municipality's own list, by which it marks initiatives. A mark belongs to its issue:
-- of an initiative that counts elsewhere by now nothing is shown here.
CREATE TABLE key_issue (
    municipality text        NOT NULL,
    id           uuid        NOT NULL,
    campaign     text        NOT NULL,
    name         text        NOT NULL,
    added_at     timestamptz NOT NULL,
    closed_at    timestamptz,
    PRIMARY KEY (municipality, id)
);
CREATE UNIQUE INDEX key_issue_named ON key_issue (municipality, campaign, lower(name)) WHERE closed_at IS NULL;
ALTER TABLE key_issue ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON key_issue USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));

CREATE TABLE key_issue_mark (
    municipality  text        NOT NULL,
    issue_id      uuid        NOT NULL,
    initiative_id uuid        NOT NULL,
    marked_at     timestamptz NOT NULL,
    PRIMARY KEY (municipality, issue_id, initiative_id),
    FOREIGN KEY (municipality, issue_id) REFERENCES key_issue
);
CREATE INDEX key_issue_mark_of_initiative ON key_issue_mark (municipality, initiative_id);
ALTER TABLE key_issue_mark ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON key_issue_mark USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
