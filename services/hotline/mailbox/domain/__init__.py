"""What a letter says, to whom it belongs, who must never be answered. Pure: no database, no network."""
