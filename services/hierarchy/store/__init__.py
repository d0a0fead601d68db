"""What hierarchy stores: one pair of files for each noun."""
