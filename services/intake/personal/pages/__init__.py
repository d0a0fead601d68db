"""Pages: what is stored about a participant, and which letters they get."""
