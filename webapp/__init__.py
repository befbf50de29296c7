"""Alur's pages, JSON API and command line."""
