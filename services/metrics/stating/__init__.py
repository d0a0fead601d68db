"""What metrics states to other systems: the counters of every municipality."""
