"""Acts that appoint people: annex, print, signed scans, invitations, reminders."""
