-- The letter at the end of a working day: whether somebody wants it, of which day it was last thought, and what was said then: each
-- line (`kind href`) with how many there were, so that nothing is said twice.
CREATE TABLE evening_letter (
    account   uuid    PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    wanted    boolean NOT NULL DEFAULT true,
    looked_on date,
    said      jsonb   NOT NULL DEFAULT '{}'
);
