"""Use cases, one a file: sessions of participants."""
