"""Metrics: every event rolled up, exactly once, into the figures that everybody looks at."""
