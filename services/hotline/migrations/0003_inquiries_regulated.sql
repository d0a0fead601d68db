-- A clock keeps the version of the regulation under which it began, whatever the inquiry was promised by.
ALTER TABLE inquiry_clock
    ADD COLUMN regulation_of text NOT NULL,
    ADD COLUMN regulation    int  NOT NULL,
    ADD COLUMN zone          text NOT NULL;

-- Since when the initiator is asked; which inquiry this one goes on with; whether its words were erased.
ALTER TABLE inquiry
    ADD COLUMN waiting_since timestamptz,
    ADD COLUMN continues     uuid,
    ADD COLUMN erased_at     timestamptz;

CREATE INDEX inquiry_merged ON inquiry (municipality, merged_into) WHERE merged_into IS NOT NULL;
-- What closes by itself: answered, and nobody has said anything since.
CREATE INDEX inquiry_answered ON inquiry (answered_at) WHERE status = 'answered';
