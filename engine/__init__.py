"""Alur's engine: languages, diagrams, the token engine, and the one write path over the database."""
