"""What somebody of the staff sees of initiatives, and until when they are to be decided on."""
