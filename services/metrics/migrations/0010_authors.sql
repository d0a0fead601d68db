-- Whose an initiative is, by id alone: by it the first of each participant is known, which summaries tell of. What stands of
-- before has none; `metrics rebuild` reads it from the topics, and until then `verify` names the difference. No constant is
-- written, so no table is.
ALTER TABLE figures.fact ADD COLUMN participant uuid;
ALTER TABLE spare.fact ADD COLUMN participant uuid;
