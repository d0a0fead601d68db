"""Recounting every figure, and rebuilding them from the topics."""
