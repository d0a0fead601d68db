"""What a file must be to be added, and how many there may be. Pure: no database, no network, no clock."""
