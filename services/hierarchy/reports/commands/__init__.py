"""What is done with summaries."""
