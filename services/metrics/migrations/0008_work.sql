-- The work between the levels stands among the other cases (`case_fact`), its counters in families of their own. Some tens of
-- rows for each municipality, read whole for the region.
CREATE INDEX counter_of_work ON figures.counter (campaign, municipality) WHERE family LIKE 'work:%';
CREATE INDEX counter_of_work ON spare.counter (campaign, municipality) WHERE family LIKE 'work:%';
