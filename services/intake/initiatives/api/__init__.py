"""HTTP: initiatives of the author's, and drafts of them."""
