-- The version in which a theme was told last; 0: not told yet, as those with which every region begins.
ALTER TABLE theme ADD COLUMN version int NOT NULL DEFAULT 0;

-- What the administrator adds stands before it.
UPDATE theme SET place = 1000 WHERE code = 'other';
