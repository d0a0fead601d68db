"""Tables, read and written of participants."""
