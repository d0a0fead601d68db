"""The plan beside the fact, pure: targets in force, what was to be expected, how far a place is."""
