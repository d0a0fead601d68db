"""Orders (поручения): what a Head or a group's leader gives to those below, and what comes of it."""
