"""Help with wording and submission: asked for, taken, suggested, answered by the author."""
