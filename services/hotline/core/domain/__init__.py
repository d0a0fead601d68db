"""The rules that every room of the hotline shares. Pure: no I/O, no clock."""
