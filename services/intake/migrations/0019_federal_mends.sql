-- An import that breaks off is taken up again later, and given up after some attempts: the others go on meanwhile.
-- `attempts`: since it got on last; `not_before`: when it is taken up again.
ALTER TABLE federal_import ADD COLUMN attempts int NOT NULL DEFAULT 0, ADD COLUMN not_before timestamptz;
