"""Tables, read and written of targets."""
