"""The tables of what every room shares."""
