"""Tables, read and written of accounts."""
