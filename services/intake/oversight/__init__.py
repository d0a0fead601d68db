"""Who did what in intake, and how long what it keeps is kept: for those who oversee."""
