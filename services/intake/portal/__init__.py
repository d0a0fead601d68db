"""The first page of the portal and its sign-in."""
