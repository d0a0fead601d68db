"""Use cases, one a file: entering for people, finding them, merging those that are one."""
