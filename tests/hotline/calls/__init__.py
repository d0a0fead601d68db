"""Calls as telephone exchanges tell them."""
