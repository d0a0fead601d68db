"""What happens to open texts."""
