"""Agencies, units, people, roles, sign-in and calendars: who may do what, and by which calendar."""
