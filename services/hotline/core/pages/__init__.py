"""Pages about the hotline as a whole."""
