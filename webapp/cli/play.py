"""``alur play``: a process on a fake clock, through the same runtime as production."""

import sys
from pathlib import Path
from typing import Any

import click

from engine.cases.play import Player
from engine.cases.play import play as play_steps
from engine.cases.played import nothing
from engine.errors import AlurError
from webapp.cli.output import json_option, print_json, read_json
from webapp.cli.playable import load
from webapp.cli.refusal import refusal
from webapp.cli.surroundings import calendar_option, moment

DEFAULT_START = "2026-01-05T09:00+07:00"


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--process", help="The process to play, when there are several.")
@click.option(
    "--with",
    "called",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="A package or diagram that is called.",
)
@click.option(
    "--steps",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="JSON list of steps.",
)
@click.option("--start", "start", default=DEFAULT_START, show_default=True, help="ISO instant with zone.")
@calendar_option
@click.option("--validate", is_flag=True, help="Check answers by their forms.")
@json_option
def play(
    path: Path,
    process: str | None,
    called: tuple[Path, ...],
    steps: Path,
    start: str,
    calendar: str,
    validate: bool,
    as_json: bool,
) -> None:
    """Play a process step by step and print where it stands."""
    given = _steps(steps)
    began = moment(start, "--start")
    try:
        files, chosen, zone = load(path, called, process)
        player = Player(files, chosen, began, calendar=calendar, zone=zone, validate=validate)
        state, applied = play_steps(player, given)
    except AlurError as error:
        said = refusal(error)
        click.echo(said.text, err=True)
        state, applied = {**nothing(began), **said.document}, False
    if as_json:
        print_json(state)
    else:
        _print(state)
    sys.exit(0 if applied else 1)


def _steps(path: Path) -> list[dict[str, Any]]:
    """The steps: a list, or an object that holds them as ``langkah`` as a scenario does."""
    given = read_json(path, "--steps")
    if isinstance(given, dict):
        given = given.get("langkah")
    if not isinstance(given, list) or not all(isinstance(step, dict) for step in given):
        raise click.UsageError("--steps must hold a JSON list of steps.")
    return given


def _print(state: dict[str, Any]) -> None:
    click.echo(f"status: {state['status'] or 'not started'}")
    for wait in state["waiting"]:
        click.echo(f"waiting: {wait['kind']} {wait['element']} role={wait['role']} due={wait['due']}")
    for timer in state["timers"]:
        click.echo(f"timer: {timer['element']} due={timer['due']}")
    for clock in state["clocks"]:
        click.echo(f"clock: {clock['name']} {clock['state']} due={clock['due']}")
    if state["incident"]:
        click.echo(f"incident: {state['incident']['element']} {state['incident']['message']}")
    if state["status"] and state["error"]:
        click.echo(f"error: {state['error']}", err=True)
