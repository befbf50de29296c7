"""What the languages see around them on the command line: now and a calendar."""

from datetime import datetime

import click

from engine import feel, worktime
from engine.clock import SystemClock, instant


def known_calendar(_ctx: click.Context, _parameter: click.Parameter, name: str) -> str:
    """A calendar that comes with Alur; an agency's own changes live in its database, not here."""
    if name != worktime.NATIONAL:
        raise click.BadParameter(f"there is no calendar {name!r}; known: {worktime.NATIONAL}.")
    return name


calendar_option = click.option(
    "--calendar",
    default=worktime.NATIONAL,
    show_default=True,
    callback=known_calendar,
    help="Working days and holidays to count by.",
)
now_option = click.option("--now", help="ISO instant with zone; the present when left out.")


def moment(text: str | None, option: str) -> datetime:
    """The instant that an option names, the present without one; other text is wrong usage."""
    try:
        return instant(text) if text else SystemClock().now()
    except (ValueError, OverflowError) as error:
        raise click.UsageError(f"{option} must be an ISO instant with a zone.") from error


def environment(now: str | None, calendar: str) -> feel.Environment:
    """FEEL's surroundings by the options of the command line."""
    at = moment(now, "--now")
    days = worktime.calendar(calendar)
    return feel.Environment(now=at, zone=days.zone, functions=worktime.functions(days, at))


def shown(value: object) -> object:
    """JSON values as they are, temporal values as FEEL literals.

    A number that no JSON reader could keep exactly (more than 17 digits) is given as text.
    """
    if isinstance(value, list):
        return [shown(each) for each in value]
    if isinstance(value, dict):
        return {key: shown(each) for key, each in value.items()}
    plain = feel.to_json(value)
    return feel.literal(value) if isinstance(plain, str) and not isinstance(value, str) else plain
