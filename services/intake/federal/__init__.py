"""The federal platform: what it lists of the region, beside what the region has itself."""
