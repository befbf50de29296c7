"""``alur feel`` and ``alur dmn``: the languages, alone."""

import sys
from datetime import datetime
from pathlib import Path

import click

from engine import dmn as decisions
from engine import feel as language
from engine import worktime
from engine.clock import SystemClock, instant
from engine.errors import AlurError
from engine.feel import FeelSyntaxError
from webapp.cli.output import parse_json, print_json


@click.command()
@click.argument("expression", required=False)
@click.option("--unary", help="Unary tests, with --input.")
@click.option("--context", "context", default="{}", help="JSON object of variables.")
@click.option("--input", "input_", help="JSON value that the unary tests look at.")
@click.option("--now", help="ISO instant with zone.")
@click.option("--calendar", default=worktime.NATIONAL, show_default=True)
def feel(
    expression: str | None,
    unary: str | None,
    context: str,
    input_: str | None,
    now: str | None,
    calendar: str,
) -> None:
    """Evaluate a FEEL expression: {"value", "type"}; an invalid one: exit 1 with {"error", "position"}."""
    if (expression is None) == (unary is None):
        raise click.UsageError("Give an expression, or --unary with --input.")
    if unary is not None and input_ is None:
        raise click.UsageError("--unary needs --input.")
    env = environment(now, calendar)
    variables = language.from_json(parse_json(context, "--context"))
    try:
        if unary is not None:
            subject = language.from_json(parse_json(f'{{"v": {input_}}}', "--input")["v"])
            value = language.parse_unary(unary).matches(subject, variables, env)
        else:
            value = language.parse(str(expression)).evaluate(variables, env)
    except FeelSyntaxError as error:
        print_json({"error": str(error), "position": error.position})
        sys.exit(1)
    except AlurError as error:
        print_json({"error": str(error), "position": None})
        sys.exit(1)
    print_json({"value": shown(value), "type": language.type_name(value)})


@click.command()
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--decision", required=True, help="Its id or name.")
@click.option("--input", "input_", default="{}", help="JSON object of variables.")
@click.option("--now", help="ISO instant with zone.")
@click.option("--calendar", default=worktime.NATIONAL, show_default=True)
def dmn(path: Path, decision: str, input_: str, now: str | None, calendar: str) -> None:
    """Evaluate a decision of a DMN file: {"value"}."""
    library = decisions.Library([decisions.load(path.read_bytes(), path.name)])
    variables = language.from_json(parse_json(input_, "--input"))
    value = library.evaluate(decision, variables, environment(now, calendar))
    print_json({"value": shown(value)})


def environment(now: str | None, calendar: str) -> language.Environment:
    """FEEL's surroundings by the options of the command line."""
    try:
        moment: datetime = instant(now) if now else SystemClock().now()
    except ValueError as error:
        raise click.UsageError("--now must be an ISO instant with a zone.") from error
    days = worktime.calendar(calendar)
    return language.Environment(now=moment, zone=days.zone, functions=worktime.functions(days, moment))


def shown(value: object) -> object:
    """JSON values as they are, temporal values as FEEL literals."""
    if isinstance(value, list):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    plain = language.to_json(value)
    return language.literal(value) if isinstance(plain, str) and not isinstance(value, str) else plain
