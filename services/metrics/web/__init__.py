"""The live view, and the figures over HTTP."""
