"""The whole system on one machine, below one folder, without anything installed system-wide."""
