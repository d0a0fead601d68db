"""What bodies decide on initiatives: accept, determine, put forward, return, transfer, merge, decline."""
