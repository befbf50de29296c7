"""``alur calendar``: how a limit is counted, and which open deadlines a changed calendar moves."""

import click

from webapp.cli.lazy import LazyGroup, Place

PLACES = {
    "explain": Place("counting", "Count a limit and say which days were skipped and why."),
    "latest-start": Place("counting", "Say when a limit must start at the latest."),
    "between": Place("counting", "Count the working time between two instants."),
    "preview": Place("moves", "List every open deadline that today's calendars would move."),
    "move": Place("moves", "Move every open deadline as the preview showed."),
}


@click.group(cls=LazyGroup, places=PLACES)
def calendar() -> None:
    """Working-day calendars."""
