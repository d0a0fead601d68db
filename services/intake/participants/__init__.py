"""Registration, confirmation by a code, signing in and out."""
