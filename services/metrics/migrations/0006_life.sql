-- The life of an initiative beside what it is about: where it stands, who wrote and who decided it, and whether it
-- counts in another municipality by now. The constants cost no rewriting of the table.
SELECT set_config('app.municipalities', '*', true);

ALTER TABLE figures.fact
    ADD COLUMN status text, ADD COLUMN origin text, ADD COLUMN decided_by text, ADD COLUMN in_time boolean,
    ADD COLUMN has_left boolean NOT NULL DEFAULT false;
ALTER TABLE spare.fact
    ADD COLUMN status text, ADD COLUMN origin text, ADD COLUMN decided_by text, ADD COLUMN in_time boolean,
    ADD COLUMN has_left boolean NOT NULL DEFAULT false;

-- What is known of those of before. A rebuild finds the withdrawn among them.
UPDATE figures.fact SET status = 'submitted' WHERE counter = 'submitted';

INSERT INTO figures.counter (campaign, municipality, family, key, counter, n, topic, partition)
SELECT campaign, municipality, 'status', status, counter, count(*), topic, partition
  FROM figures.fact WHERE counter = 'submitted'
 GROUP BY campaign, municipality, status, counter, topic, partition;

-- Few rows: some for each municipality. Read whole for the funnel.
CREATE INDEX counter_of_life ON figures.counter (campaign)
    WHERE family IN ('status', 'level', 'origin', 'in-time');
CREATE INDEX counter_of_life ON spare.counter (campaign)
    WHERE family IN ('status', 'level', 'origin', 'in-time');
