-- How a campaign's initiatives are decided on: who accepts, who puts forward, for what one is declined.
ALTER TABLE campaign ADD COLUMN life jsonb NOT NULL DEFAULT '{}';
