"""The one write path over running instances, and what hangs on them: work items, jobs, deadlines, messages."""
