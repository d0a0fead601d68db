"""Targets (целевые индикаторы): two numbers per municipality and campaign, set by the Head, versioned."""
