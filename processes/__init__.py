"""Data only: one folder an agency, one folder an SOP (diagram, decisions, scenarios, SOP-AP sheet)."""
