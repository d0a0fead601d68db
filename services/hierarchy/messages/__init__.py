"""Messages between two people who stand directly above each other in a line, with history and read marks."""
