"""Saved states of past releases: every release loads them and finishes them.

``<release>.json.xz`` holds cases at many kinds of waits, row by row as that release kept them on SQLite, and
how each went on. ``python -m tests.golden`` writes the file of the release in hand: once, when it is made.
"""
