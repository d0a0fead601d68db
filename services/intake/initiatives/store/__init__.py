"""Tables, read and written of initiatives."""
