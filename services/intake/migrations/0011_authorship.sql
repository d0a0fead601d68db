-- Whose initiatives are not, or not only, where their author is registered: those that were moved, those that stayed
-- when the author moved, and those of co-authors. Holds ids alone, so that they are found without the tenant's rows.
CREATE TABLE authorship (
    participant_id uuid        NOT NULL,
    initiative_id  uuid        NOT NULL,
    tenant         text        NOT NULL,
    role           text        NOT NULL,
    confirmed_at   timestamptz NOT NULL,
    PRIMARY KEY (participant_id, initiative_id)
);
CREATE INDEX authorship_of_initiative ON authorship (initiative_id);

-- What its author has corrected in a step; null where the status alone is the step.
ALTER TABLE initiative_history ADD COLUMN note text;
