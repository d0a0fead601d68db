"""The region's figures in memory, as fresh as the last commit."""
