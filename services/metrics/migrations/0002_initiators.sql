-- Participants are counted by classifier as initiatives are: both are told of, and recounted from the same facts.
SELECT set_config('app.municipalities', '*', true);

INSERT INTO figures.counter (campaign, municipality, family, key, counter, n, topic, partition)
SELECT campaign, municipality, 'classifier:' || c.code, c.value, counter, count(*), topic, partition
  FROM figures.fact, jsonb_each_text(classifiers) AS c (code, value)
 WHERE counter = 'registered'
 GROUP BY campaign, municipality, c.code, c.value, counter, topic, partition;

CREATE INDEX counter_of_classifier ON figures.counter (campaign) WHERE family LIKE 'classifier:%';
CREATE INDEX counter_of_classifier ON spare.counter (campaign) WHERE family LIKE 'classifier:%';
