"""HTTP operations of meetings."""
