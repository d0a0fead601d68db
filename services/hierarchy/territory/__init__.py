"""The campaign, SMOs, municipalities, organizations, the production calendar."""
