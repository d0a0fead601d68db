"""Interim results: what is frozen at the end of a checkpoint, what has been corrected since."""
