-- A file is read once, when it is uploaded; what was read is kept instead of the file, which could end its reader again.
-- Files of before have no rows and are gone for those who look for them: they live for a day anyway.
ALTER TABLE import_file ADD COLUMN rows bytea;
ALTER TABLE import_file ALTER COLUMN content SET DEFAULT '';
