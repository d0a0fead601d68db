"""Tables of attachments, read and written."""
