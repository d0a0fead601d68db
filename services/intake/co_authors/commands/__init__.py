"""Use cases, one a file: naming, answering, asking, confirming, removing, leaving."""
