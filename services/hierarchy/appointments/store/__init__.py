"""Tables, read and written of appointments."""
