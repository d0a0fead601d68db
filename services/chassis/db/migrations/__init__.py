"""The chassis' own tables, present in every service's database."""
