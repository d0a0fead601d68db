"""Use cases, one a file of participants."""
