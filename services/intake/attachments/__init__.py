"""Files that authors add to drafts and initiatives."""
