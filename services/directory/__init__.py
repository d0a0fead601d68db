"""Who the staff is and what the region consists of, as every service projects it from hierarchy."""
