"""What the cabinet decides by itself."""
