"""The hotline: lines, inquiries from every channel, consultations; who answers by when."""
