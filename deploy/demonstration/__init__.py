"""The demonstration: a fictional region, and a campaign that is replayed over HTTP as if people took part."""
