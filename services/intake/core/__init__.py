"""What every room of intake stands on: the region in memory, who asks and when, sessions, the page kit."""
