"""What is decided about meetings, their sheets and their grids. Pure."""
