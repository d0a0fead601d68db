"""The desk: the queue, the case beside it, and its steps, for whoever answers."""
