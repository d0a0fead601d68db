"""Tables, read and written of imports."""
