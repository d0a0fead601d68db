"""Tables, read and written of orders."""
