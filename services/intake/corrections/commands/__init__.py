"""Use cases, one a file: correcting an initiative, correcting a participant."""
