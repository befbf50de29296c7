"""Hostile expressions at every place where an upload may hold one, tried in a process that is measured."""
