"""``alur play``: a process on a fake clock, through the same runtime as production."""

import sys
from pathlib import Path
from typing import Any

import click

from engine import worktime
from engine.bpmn import sop
from engine.bpmn.check import check
from engine.bpmn.finding import Answer
from engine.cases.play import Player
from engine.cases.play import play as play_steps
from engine.catalog import library
from engine.clock import instant
from engine.errors import AlurError, Refused, msg
from webapp.cli.output import json_option, print_json, read_json

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
@click.option("--calendar", default=worktime.NATIONAL, show_default=True)
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
    given = read_json(steps, "--steps")
    if isinstance(given, dict):
        given = given.get("langkah", [])
    if not isinstance(given, list) or not all(isinstance(step, dict) for step in given):
        raise click.UsageError("--steps must hold a JSON list of steps.")
    try:
        began = instant(start)
    except ValueError as error:
        raise click.UsageError("--start must be an ISO instant with a zone.") from error
    bundle, chosen = _load(path, called, process)
    player = Player(bundle, chosen, began, calendar=calendar, validate=validate)
    state, applied = play_steps(player, given)
    if as_json:
        print_json(state)
    else:
        _print(state)
    sys.exit(0 if applied else 1)


def _load(path: Path, called: tuple[Path, ...], process: str | None) -> tuple[dict[str, bytes], str]:
    files, resolve = library.read(path)
    files = dict(files)
    for number, extra in enumerate(called):
        more, _ = library.read(extra)
        files.update(
            {
                f"{library.CALLED}/with{number}/{name}": data
                for name, data in more.items()
                if name != "sop.toml"
            }
        )
    verdict = check(files, resolve=resolve)
    if verdict.verdict in (Answer.REFUSE, Answer.ASK):
        raise Refused(msg("The diagram cannot be played as it is."), list(verdict.findings))
    own = [name for name in verdict.processes if not _is_called(name, files)]
    if process is None and "sop.toml" in files:
        process = sop.load(files["sop.toml"]).process_id
    chosen = process or (own or verdict.processes)[0]
    if chosen not in verdict.processes:
        raise AlurError(msg("There is no process %(process)s here.", process=chosen))
    kept = {name: data for name, data in verdict.files.items() if name.startswith(f"{library.CALLED}/")}
    return {**library.assemble(verdict.files, resolve), **kept}, chosen


def _is_called(process: str, files: dict[str, bytes]) -> bool:
    return any(
        name.startswith(f"{library.CALLED}/") and f'id="{process}"'.encode() in data
        for name, data in files.items()
    )


def _print(state: dict[str, Any]) -> None:
    click.echo(f"status: {state['status']}")
    for wait in state["waiting"]:
        click.echo(f"waiting: {wait['kind']} {wait['element']} role={wait['role']} due={wait['due']}")
    for timer in state["timers"]:
        click.echo(f"timer: {timer['element']} due={timer['due']}")
    for clock in state["clocks"]:
        click.echo(f"clock: {clock['name']} {clock['state']} due={clock['due']}")
    if state["incident"]:
        click.echo(f"incident: {state['incident']['element']} {state['incident']['message']}")
    if state["error"]:
        click.echo(f"error: {state['error']}", err=True)
