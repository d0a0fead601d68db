-- `files`: how many lie under its digest that belong to no inquiry. Of a letter that says nothing, or is given up, the
-- worker discards them. Whatever was taken in before may have had as many as are kept at most.
ALTER TABLE mailbox_letter ADD COLUMN files int NOT NULL DEFAULT 0;
SELECT set_config('app.municipalities', '*', true);
UPDATE mailbox_letter SET files = 20 WHERE inquiry_id IS NULL;
CREATE INDEX mailbox_letter_left_over ON mailbox_letter (taken_at, id) WHERE files > 0;

-- By whom they are counted for an hour is forgotten afterwards.
CREATE INDEX mailbox_letter_counted ON mailbox_letter (taken_at) WHERE sender <> '';
