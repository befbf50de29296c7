"""``alur calendar``: how a limit is counted."""

import click

from engine import worktime
from webapp.cli.output import json_option, print_json
from webapp.cli.surroundings import calendar_option, moment


@click.group()
def calendar() -> None:
    """Working-day calendars."""


@calendar.command()
@click.argument("limit")
@click.option("--from", "start", help="ISO instant with zone; now when left out.")
@calendar_option
@click.option("--zone", default="Asia/Jakarta", show_default=True, help="Zone name, or WIB, WITA, WIT.")
@click.option("--ends", type=click.Choice(["office", "day"]), help="Where whole days end.")
@click.option("--percent", type=click.IntRange(1, 1000), default=100, show_default=True)
@json_option
def explain(
    limit: str, start: str | None, calendar: str, zone: str, ends: str | None, percent: int, as_json: bool
) -> None:
    """Count LIMIT ("3 HK", "4 JK", "14 hari", "PT1H") and say which days were skipped and why."""
    began = moment(start, "--from")
    days = worktime.calendar(calendar, zone=zone)
    where: worktime.Ends = "day" if ends == "day" else "office" if ends == "office" else None
    due = worktime.due(worktime.Limit.parse(limit), began, days, percent=percent, ends=where)
    if as_json:
        print_json(due.receipt)
        return
    click.echo(f"{limit} from {days.local(began).isoformat()} is due at {due.receipt['due']}")
    for skipped in due.receipt.get("skipped", []):
        click.echo(f"  {skipped['day']}  {skipped.get('name') or skipped['why']}")
