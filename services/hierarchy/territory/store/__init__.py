"""Tables, read and written of territory."""
