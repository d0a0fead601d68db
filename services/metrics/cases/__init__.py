"""Pure: what is counted of the hotline's lines, inquiries and consultations, by which definitions."""
