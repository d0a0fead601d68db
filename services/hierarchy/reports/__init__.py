"""Summaries (сводки) up the line: of coordinators to their groups, of groups to the Head."""
