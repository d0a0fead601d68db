"""Co-authors: named by the author or asking to be one, each confirmed by the other side; counted nowhere."""
