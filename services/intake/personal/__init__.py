"""What is stored about a participant: seen, taken along, and erased."""
