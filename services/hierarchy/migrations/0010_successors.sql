-- Which transformed municipalities one took over from.
ALTER TABLE municipality ADD COLUMN successor_of text[] NOT NULL DEFAULT '{}';
