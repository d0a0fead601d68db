"""Checkpoints (даты подведения промежуточных итогов): the days, their frozen results, the conclusions."""
