"""HTTP: asking, replying, listing, and what the staff does with an inquiry."""
