"""How the work between the levels goes: a page of all that is one's own, its file, and the API."""
