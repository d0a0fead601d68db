"""Tables, read and written of meetings."""
