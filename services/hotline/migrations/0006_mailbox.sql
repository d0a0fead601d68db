-- A letter may say what it answers and where an answer goes (RFC 5322, 3.6.4).
ALTER TABLE letter ADD COLUMN headers jsonb NOT NULL DEFAULT '{}';
