"""Staff meetings: the ideas of many entered together, from the sign-in sheet to the numbers."""
