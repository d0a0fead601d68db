"""What was entered for people, and by whom."""
