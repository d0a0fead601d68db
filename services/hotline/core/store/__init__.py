"""The tables that every room of the hotline shares."""
