"""Meetings (координационные встречи): called by an SMO, with agenda, answers, attendance, agreements."""
