"""A process that passes through everything that must survive a fault, and what must be true of its cases.

A report with an attachment → a task with a limit (reminder, escalation) → a timer → a topic → a message →
a report passed on to another agency through the outbox.
"""
