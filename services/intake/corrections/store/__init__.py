"""Rows that follow what is corrected, of every table that has them."""
