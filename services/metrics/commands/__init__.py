"""Verify and rebuild: the proofs that an operator runs."""
