-- An import that breaks off is taken up again later, and given up after some attempts: the others go on meanwhile.
-- `attempts`: since it got on last; `not_before`: when it is taken up again.
ALTER TABLE federal_import ADD COLUMN attempts int NOT NULL DEFAULT 0, ADD COLUMN not_before timestamptz;

-- Our list is set beside the platform's whenever somebody looks: it is counted in indices, without the texts.
CREATE INDEX initiative_put_forward ON initiative (municipality, campaign, id) WHERE status = 'put-forward';
DROP INDEX initiative_listed;
CREATE INDEX initiative_listed ON initiative (municipality, number DESC) INCLUDE (campaign);
