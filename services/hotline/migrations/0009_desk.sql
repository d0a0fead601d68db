-- What somebody has begun to write and not sent: about a case, or a case that is not there yet.
CREATE TABLE draft (
    municipality text        NOT NULL,
    account      uuid        NOT NULL,
    about        text        NOT NULL,
    content      jsonb       NOT NULL,
    kept_at      timestamptz NOT NULL,
    PRIMARY KEY (municipality, account, about)
);
ALTER TABLE draft ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY tenant ON draft USING (tenant_visible(municipality)) WITH CHECK (tenant_visible(municipality));
CREATE INDEX draft_expiring ON draft (kept_at);

-- Who answers how much, today: what was answered is a hundred times what is open.
CREATE INDEX inquiry_by_answer ON inquiry (municipality, answered_at) WHERE answered_at IS NOT NULL;

-- What has climbed today.
CREATE INDEX inquiry_level_escalated ON inquiry_level (municipality, since) WHERE why = 'escalated';
