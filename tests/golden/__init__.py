"""Saved states of past releases: every release loads them and finishes them.

``<release>-<tables>.json.xz`` holds cases at every kind of wait, row by row as that release kept them
on SQLite (``<tables>`` is its last migration), and how each went on; the tests load them into both databases.
``python -m tests.golden`` writes the file of the release in hand: once, when it is made.
"""
