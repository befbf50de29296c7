"""One JSON document on standard output, or text."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import click
import orjson

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
# Of commands that answer in JSON in any case: --json is taken, and changes nothing.
always_json = click.option("--json", is_flag=True, expose_value=False, hidden=True)


def print_json(document: Any) -> None:
    """Exactly one document, readable by people too."""
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2, default=str))


def read_json(path: Path, what: str) -> Any:
    """A JSON file given by the user; a broken one is wrong usage that says where."""
    try:
        return json.loads(path.read_bytes(), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{what} {path} is not JSON: {error}") from error


def parse_json(text: str, option: str) -> Any:
    """JSON given as an option's value; numbers keep all their digits."""
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise click.UsageError(f"{option} is not JSON: {error}") from error


def parse_object(text: str, option: str) -> dict[str, Any]:
    """A JSON object given as an option's value."""
    value = parse_json(text, option)
    if not isinstance(value, dict):
        raise click.UsageError(f"{option} must be a JSON object.")
    return value


def _no_number(name: str) -> Any:
    """Python's reader takes NaN and Infinity, which JSON does not know."""
    raise ValueError(f"{name} is no JSON")
