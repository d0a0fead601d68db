"""Tables, read and written of groups."""
