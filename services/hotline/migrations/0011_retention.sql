-- What expires: words of consultations, and letters that were parked.
CREATE INDEX consultation_expiring ON consultation (recorded_at) WHERE whom <> '' OR note <> '';
CREATE INDEX mailbox_letter_kept ON mailbox_letter (taken_at, id) WHERE original <> '';
-- An erasure finds the consultations of its case.
CREATE INDEX consultation_of_inquiry ON consultation (municipality, inquiry) WHERE inquiry IS NOT NULL;

-- The audit names people by their accounts.
CREATE INDEX colleague_of_account ON colleague (account);
