"""Pages: an initiative entered for somebody, and the people who are found and merged."""
