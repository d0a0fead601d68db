"""What every room of intake stands on: the region in memory, who asks, the portal's frame."""
