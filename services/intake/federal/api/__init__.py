"""HTTP: imports, reconciliation, reported figures."""
