"""Layout and drawing of diagrams."""
