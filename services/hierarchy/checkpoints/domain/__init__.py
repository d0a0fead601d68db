"""What the days, results and conclusions are, and what is refused."""
