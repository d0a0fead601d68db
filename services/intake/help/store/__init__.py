"""Tables of requests and suggestions, read and written."""
