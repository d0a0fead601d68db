"""HTTP operations of groups."""
