"""Pages of inquiries: for those who ask, and what the administrator erases."""
