"""The federal platform's list beside ours."""
