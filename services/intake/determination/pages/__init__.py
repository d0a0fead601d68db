"""Pages: the list, one initiative, deciding on many, key issues."""
