"""The one write path over running instances, and what hangs on them: items, jobs, deadlines, messages."""
