"""Tables that people send: read from files of strangers in a bounded process, checked row by row."""
