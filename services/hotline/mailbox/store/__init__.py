"""The tables of letters that came."""
