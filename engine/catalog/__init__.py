"""SOP packages: brought in, checked, versioned, compared, tried out, activated by a second person."""
