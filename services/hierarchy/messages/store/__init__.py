"""Tables, read and written of messages."""
