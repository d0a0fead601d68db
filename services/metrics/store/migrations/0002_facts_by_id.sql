-- An id is unique by itself and grows with time: the index is filled at its end, and compares no text.
ALTER TABLE figures.fact DROP CONSTRAINT fact_pkey, ADD PRIMARY KEY (id, counter);
ALTER TABLE spare.fact DROP CONSTRAINT fact_pkey, ADD PRIMARY KEY (id, counter);

-- One region runs one campaign at a time: the moment alone leads to the latest.
DROP INDEX figures.fact_latest;
CREATE INDEX fact_latest ON figures.fact (happened_at);
DROP INDEX spare.fact_campaign_happened_at_idx;
CREATE INDEX fact_latest ON spare.fact (happened_at);
