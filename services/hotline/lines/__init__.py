"""Lines: how an administration is reached by telephone, mail and in person, when, and who is on duty."""
