-- How many initiatives were submitted in each direction, but for those of the last minutes, which are in `acceptance`.
-- The worker counts what was there before, and now and then anew: a process of the version before may still submit.
CREATE TABLE tally (
    campaign  text   NOT NULL,
    direction text   NOT NULL,
    n         bigint NOT NULL,
    PRIMARY KEY (campaign, direction)
);
