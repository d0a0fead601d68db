"""What the cabinet stores."""
