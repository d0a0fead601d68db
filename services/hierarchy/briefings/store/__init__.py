"""Tables, read and written of briefings."""
