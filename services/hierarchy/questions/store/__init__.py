"""Tables, read and written of questions."""
