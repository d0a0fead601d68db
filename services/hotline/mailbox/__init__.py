"""The mailbox of lines: letters of initiators become inquiries or replies, each exactly once."""
