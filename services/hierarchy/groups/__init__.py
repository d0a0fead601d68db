"""Working groups, agreements by which a district serves, transformation, coverage."""
