-- How a campaign plans: what is proposed as a target, how the way to it goes, whether to warn.
ALTER TABLE campaign ADD COLUMN plan jsonb NOT NULL DEFAULT '{}';
