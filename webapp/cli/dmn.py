"""``alur dmn``: one decision, alone."""

from pathlib import Path

import click

from engine import dmn as decisions
from engine import feel
from webapp.cli.output import always_json, parse_object, print_json
from webapp.cli.surroundings import calendar_option, environment, now_option, shown


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", required=True, help="Its id or name.")
@click.option("--input", "input_", default="{}", help="JSON object of variables.")
@now_option
@calendar_option
@always_json
def dmn(path: Path, decision: str, input_: str, now: str | None, calendar: str) -> None:
    """Evaluate a decision of a DMN file: {"value"}."""
    env = environment(now, calendar)
    variables = feel.from_json(parse_object(input_, "--input"))
    library = decisions.Library([decisions.load(path.read_bytes(), path.name)])
    print_json({"value": shown(library.evaluate(decision, variables, env))})
