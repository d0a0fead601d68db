"""HTTP: lines and their duty."""
