"""Use cases, one a file: deciding, and taking a decision back."""
