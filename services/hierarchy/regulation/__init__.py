"""Regulation: within how much working time who must have answered, by version."""
