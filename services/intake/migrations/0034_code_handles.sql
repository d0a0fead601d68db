-- A code is known by a handle that is made of the address it was asked for, whether anybody has it or not: who asks
-- learns nothing of who is registered, and what nobody has is counted like what somebody has. Codes on their way
-- keep the id by which they were asked for; the version before goes on with a row a participant.
ALTER TABLE confirmation_code ADD COLUMN handle uuid NOT NULL DEFAULT gen_random_uuid();
UPDATE confirmation_code SET handle = participant_id;
ALTER TABLE confirmation_code DROP CONSTRAINT confirmation_code_pkey;
ALTER TABLE confirmation_code ADD PRIMARY KEY (handle);
ALTER TABLE confirmation_code ALTER COLUMN participant_id DROP NOT NULL;
CREATE UNIQUE INDEX confirmation_code_of ON confirmation_code (participant_id);
