"""HTTP operations of orders."""
