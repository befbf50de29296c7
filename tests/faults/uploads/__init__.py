"""Malformed uploads, made here, each with what they claim to be; and a measured process that takes them."""
