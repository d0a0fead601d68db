"""Intake over HTTP: the API and the participant's pages."""
