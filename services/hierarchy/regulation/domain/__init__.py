"""What a version of the regulation says, what is refused, and what it means by an example."""
