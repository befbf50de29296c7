"""Data only: form-js definitions, one folder an agency."""
