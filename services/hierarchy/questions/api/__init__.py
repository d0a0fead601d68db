"""HTTP operations of questions."""
