"""Files of drafts and initiatives."""
