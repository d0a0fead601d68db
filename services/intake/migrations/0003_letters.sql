-- A letter knows what kind it is and about whom, until when it is worth sending, and who sends it at the moment:
-- `next_try_at` is how long that lease lasts. One that cannot be sent is set aside with its reason.
ALTER TABLE letter
    ADD COLUMN kind         text NOT NULL DEFAULT '',
    ADD COLUMN about        uuid,
    ADD COLUMN expires_at   timestamptz,
    ADD COLUMN lease        uuid,
    ADD COLUMN set_aside_at timestamptz,
    ADD COLUMN reason       text NOT NULL DEFAULT '';
DROP INDEX letter_waiting;
CREATE INDEX letter_waiting ON letter (next_try_at) WHERE set_aside_at IS NULL;
CREATE INDEX letter_about ON letter (about, kind) WHERE about IS NOT NULL;
CREATE INDEX letter_expiring ON letter (expires_at) WHERE expires_at IS NOT NULL;
