-- A participant who withdrew the consent: the row stays for the figures, without the address. Initiatives may stay
-- without an author.
ALTER TABLE participant ADD COLUMN erased_at timestamptz;
ALTER TABLE initiative ALTER COLUMN participant_id DROP NOT NULL;
