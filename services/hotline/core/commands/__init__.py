"""What is decided of what every room stands on."""
