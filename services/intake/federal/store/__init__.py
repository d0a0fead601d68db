"""Tables, read and written of the federal platform."""
