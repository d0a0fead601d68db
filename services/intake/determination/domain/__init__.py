"""Rules of deciding on initiatives. Pure: no I/O, no clock."""
