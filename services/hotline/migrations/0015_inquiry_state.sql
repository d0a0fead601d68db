-- An inquiry as every step reads it: without the initiator and the words. What is read is locked in its table.
CREATE VIEW inquiry_state WITH (security_invoker = true) AS
SELECT municipality, id, number, campaign, organization, direction, theme, channel, line, status, level, holder_group,
       holder_organization, holder, holder_name, regulation_of, regulation, zone, first_answer_due_at, answer_due_at,
       opened_at, first_answered_at, answered_at, closed_at, first_answer_minutes, answer_minutes, first_answer_late,
       answer_late, waiting_since, reopened_at, escalations, reopened, helped, merged_into, continues, version
  FROM inquiry;

-- What participants asked who were signed in: their page reads it, the newest first.
CREATE INDEX inquiry_of_participant ON inquiry (participant, number DESC) WHERE participant IS NOT NULL;
