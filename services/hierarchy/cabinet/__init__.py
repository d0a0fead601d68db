"""The pages that show several rooms: today, a place with its people, contacts, the audit."""
