"""Complaints: filed, numbered, told to their reporters, answered, rated. Knows the runtime, not the web."""
