"""Use cases, one a file: asking, taking, naming an executor, suggesting, answering, ending."""
