"""``alur feel``: an expression or unary tests, alone."""

import sys
from typing import Any

import click

from engine import feel as language
from engine.errors import AlurError
from engine.feel import FeelSyntaxError
from webapp.cli.output import always_json, parse_json, parse_object, print_json
from webapp.cli.surroundings import calendar_option, environment, now_option, shown


@click.command()
@click.argument("expression", required=False)
@click.option("--unary", help="Unary tests, with --input.")
@click.option("--context", "context", default="{}", help="JSON object of variables.")
@click.option("--input", "input_", help="JSON value that the unary tests look at.")
@now_option
@calendar_option
@always_json
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
    given = parse_object(context, "--context")
    subject = parse_json(input_, "--input") if input_ is not None else None
    try:
        value = _value(expression, unary, given, subject, env)
    except AlurError as error:
        position = error.position if isinstance(error, FeelSyntaxError) else None
        click.echo(str(error), err=True)
        print_json({"error": str(error), "position": position})
        sys.exit(1)
    print_json({"value": shown(value), "type": language.type_name(value)})


def _value(
    expression: str | None,
    unary: str | None,
    given: dict[str, Any],
    subject: Any,
    env: language.Environment,
) -> Any:
    variables = language.from_json(given)
    if unary is not None:
        return language.parse_unary(unary, names=given).matches(language.from_json(subject), variables, env)
    return language.parse(str(expression), names=given).evaluate(variables, env)
