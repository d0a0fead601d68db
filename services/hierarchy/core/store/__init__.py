"""Tables, read and written of core."""
