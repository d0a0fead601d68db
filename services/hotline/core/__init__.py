"""What every room of the hotline stands on: the region as it is known here, rights, who asks and when."""
