"""Pages of lines: for everybody, and for those who keep them."""
