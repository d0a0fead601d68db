-- A letter may carry an appointment for the recipient's calendar (iCalendar, RFC 5545); nearly none does.
ALTER TABLE letter ADD COLUMN calendar text NOT NULL DEFAULT '';
