-- Where it was decided, of an initiative that has moved since; null: where it is. Who decided is that municipality's.
ALTER TABLE decision ADD COLUMN decided_in text;

-- Erasing, signing out everywhere and moving go by the person.
CREATE INDEX participant_session_of_participant ON participant_session (participant_id);
