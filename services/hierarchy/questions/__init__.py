"""Questions up the line: asked of those above, answered in time or climbing, then published."""
