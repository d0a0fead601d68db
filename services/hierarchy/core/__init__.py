"""What every room of hierarchy stands on: authority, places, the open campaign, audit, locks."""
