"""Letters to people: their addresses, the letters that wait, and sending them."""
