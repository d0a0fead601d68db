"""Pages: submitting an initiative, keeping a draft of it, following one's own, withdrawing one."""
