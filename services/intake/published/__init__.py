"""Texts that everybody may read, where the campaign says so: the open list, one by its link, the feed."""
