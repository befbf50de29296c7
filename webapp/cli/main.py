"""The commands by name. Each lives in a module of its own that is loaded when it is called for."""

import click

from webapp.cli.lazy import LazyGroup, Place

COMMANDS = {
    "backup": Place("upkeep", "Write everything into an archive, its keys into a file beside it."),
    "calendar": Place("calendar", "Working-day calendars."),
    "check": Place("check", "Check a diagram, decision table, form, folder or zip."),
    "demo": Place("upkeep", "Make demo agencies, people, SOPs and reports."),
    "dmn": Place("dmn", "Evaluate a decision of a DMN file.", document=True),
    "feel": Place("feel", "Evaluate a FEEL expression or unary tests.", document=True),
    "erase": Place("upkeep", "Erase, for good, what an ended report holds of people."),
    "erasures": Place("upkeep", "Print which cases were erased, for older archives.", document=True),
    "heads": Place("upkeep", "Print the ends of the histories, for somebody else to keep.", document=True),
    "incidents": Place("incidents", "Failures that wait for an operator."),
    "migrate": Place("upkeep", "Bring the database to the newest tables."),
    "migrate-store": Place("upkeep", "Copy every row into another, empty database."),
    "play": Place("play", "Play a process step by step on a fake clock."),
    "restore": Place("upkeep", "Bring an archive into an empty installation."),
    "rotate-keys": Place("upkeep", "Wrap the key of each case anew by a new secret."),
    "scheduler": Place("background", "Wake workers for what is due, or do it (PostgreSQL)."),
    "serve": Place("serve", "Serve pages and API; on SQLite with scheduler and worker inside."),
    "token": Place("people", "Bearer tokens for programs."),
    "user": Place("people", "Accounts."),
    "verify": Place("upkeep", "Look for what must not be in the database."),
    "worker": Place("background", "Fire timers and deliver when woken (PostgreSQL)."),
}


@click.group(
    cls=LazyGroup,
    places=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="alur", prog_name="alur")
def main() -> None:
    """Alur runs each agency's complaint SOP as the BPMN diagram it was drawn as."""
