"""HTTP operations of territory."""
