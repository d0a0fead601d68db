"""HTTP: application, pages, forms, refusals, tokens, event streams, files for download."""
