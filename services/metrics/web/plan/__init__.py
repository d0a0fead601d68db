"""The plan beside the fact, for pages, programs and files."""
