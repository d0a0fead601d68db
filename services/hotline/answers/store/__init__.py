"""The tables of answers to reuse."""
