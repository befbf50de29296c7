"""One JSON document on standard output, or text."""

import json
from pathlib import Path
from typing import Any

import click
import orjson

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")


def print_json(document: Any) -> None:
    """Exactly one document, readable by people too."""
    click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2, default=str).decode())


def read_json(path: Path, what: str) -> Any:
    """A JSON file given by the user; a broken one is wrong usage that says where."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise click.UsageError(f"{what} {path} is not JSON: {error}") from error


def parse_json(text: str, option: str) -> dict[str, Any]:
    """A JSON object given as an option's value."""
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        raise click.UsageError(f"{option} is not JSON: {error}") from error
    if not isinstance(value, dict):
        raise click.UsageError(f"{option} must be a JSON object.")
    return value
