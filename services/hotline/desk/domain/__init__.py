"""What somebody has begun at the desk. Pure."""
