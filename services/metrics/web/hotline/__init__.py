"""The hotline's figures: a page of all that is one's own, its file, and the API."""
