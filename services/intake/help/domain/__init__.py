"""Rules of help. Pure: no database, no network, no clock."""
