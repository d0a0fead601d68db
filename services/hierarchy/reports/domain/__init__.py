"""Rules, pure of summaries."""
