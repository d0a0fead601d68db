"""HTTP: what is to be decided on, and deciding."""
