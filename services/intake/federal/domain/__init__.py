"""Rules of the federal room: columns, rows, links. Pure."""
