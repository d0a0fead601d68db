-- Participants who have corrected their municipality lately: tokens of theirs may still name the one before.
CREATE TABLE participant_move (
    participant_id uuid        PRIMARY KEY,
    moved_at       timestamptz NOT NULL
);
