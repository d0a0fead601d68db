"""Pages of the federal platform, for the SMO and the administrator."""
