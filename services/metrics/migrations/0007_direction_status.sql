-- How far the initiatives of a direction got: counted by direction and status together. Those of before are counted from
-- their facts.
SELECT set_config('app.municipalities', '*', true);

INSERT INTO figures.counter (campaign, municipality, family, key, counter, n, topic, partition)
SELECT campaign, municipality, 'direction-status', direction || '/' || status, counter, count(*), topic, partition
  FROM figures.fact
 WHERE counter = 'submitted' AND NOT has_left AND direction IS NOT NULL AND status IS NOT NULL
 GROUP BY campaign, municipality, direction, status, counter, topic, partition;

-- Some tens of rows for each municipality. Read whole for the region.
CREATE INDEX counter_of_direction_status ON figures.counter (campaign) WHERE family = 'direction-status';
CREATE INDEX counter_of_direction_status ON spare.counter (campaign) WHERE family = 'direction-status';
