"""``alur calendar``: how a limit is counted, and which open deadlines a changed calendar moves."""

from datetime import timedelta

import click

from engine import worktime
from engine.people import calendars
from engine.people.principals import Principal, of_login
from engine.runtime import moving, recount
from engine.runtime.house import House
from webapp.cli.house import opened
from webapp.cli.output import json_option, print_json
from webapp.cli.surroundings import calendar_option, moment

zone_option = click.option(
    "--zone", default="Asia/Jakarta", show_default=True, help="Zone name, or WIB, WITA, WIT."
)
ends_option = click.option("--ends", type=click.Choice(["office", "day"]), help="Where whole days end.")
login_option = click.option("--as", "login", help="Count by the calendar of this person's agency.")
unit_option = click.option("--unit", help="Of the agency, the unit with this key.")
keeper_option = click.option("--as", "login", required=True, help="An administrator of the agency.")


@click.group()
def calendar() -> None:
    """Working-day calendars."""


@calendar.command()
@click.argument("limit")
@click.option("--from", "start", help="ISO instant with zone; now when left out.")
@calendar_option
@zone_option
@login_option
@unit_option
@ends_option
@click.option("--percent", type=click.IntRange(1, 1000), default=100, show_default=True)
@json_option
def explain(
    limit: str,
    start: str | None,
    calendar: str,
    zone: str,
    login: str | None,
    unit: str | None,
    ends: worktime.Ends,
    percent: int,
    as_json: bool,
) -> None:
    """Count LIMIT ("3 HK", "4 JK", "14 hari", "PT1H") and say which days were skipped and why."""
    began, days = moment(start, "--from"), _calendar(calendar, zone, login, unit)
    due = worktime.due(worktime.Limit.parse(limit), began, days, percent=percent, ends=ends)
    if as_json:
        print_json(due.receipt)
        return
    click.echo(f"{limit} from {days.local(began).isoformat()} is due at {due.receipt['due']}")
    click.echo(f"  calendar {due.receipt['calendar']}, version {due.receipt['version']}")
    for skipped in due.receipt["skipped"]:
        click.echo(f"  {skipped['day']}  {skipped.get('name') or skipped['why']}")
    for warning in due.receipt["warnings"]:
        what = "joint leave not decreed yet" if warning["kind"] == "no_decreed_leave" else "dates estimated"
        click.echo(f"  {warning['year']}: {what}")


@calendar.command("latest-start")
@click.argument("limit")
@click.argument("end")
@calendar_option
@zone_option
@login_option
@unit_option
@ends_option
@json_option
def latest_start(
    limit: str,
    end: str,
    calendar: str,
    zone: str,
    login: str | None,
    unit: str | None,
    ends: worktime.Ends,
    as_json: bool,
) -> None:
    """Say when LIMIT must start at the latest to be due at END, an ISO instant, or before."""
    due, days = moment(end, "END"), _calendar(calendar, zone, login, unit)
    start = worktime.latest_start(worktime.Limit.parse(limit), due, days, ends=ends).isoformat()
    if as_json:
        print_json({"start": start})
    else:
        click.echo(start)


@calendar.command()
@click.argument("start")
@click.argument("end")
@calendar_option
@zone_option
@login_option
@unit_option
@json_option
def between(
    start: str, end: str, calendar: str, zone: str, login: str | None, unit: str | None, as_json: bool
) -> None:
    """Count the working days and office time from START to END, ISO instants with zone."""
    begin, finish = moment(start, "START"), moment(end, "END")
    days = _calendar(calendar, zone, login, unit)
    minutes = worktime.working_time_between(begin, finish, days) // timedelta(minutes=1)
    found = {"days": worktime.working_days_between(begin, finish, days), "minutes": minutes}
    if as_json:
        print_json(found)
    else:
        click.echo(f"{found['days']} working days; {minutes // 60} h {minutes % 60} min of office time")


@calendar.command()
@keeper_option
@json_option
def preview(login: str, as_json: bool) -> None:
    """List every open deadline that today's calendars would move, before and after; nothing is changed."""
    with opened() as house:
        who = _person(house, login)
        page = recount.preview(house, who)
        rows, after = list(page.moves), page.next
        while after:
            following = recount.preview(house, who, after)
            rows, after = rows + following.moves, following.next
    if as_json:
        print_json({"version": page.version, "total": page.total, "items": [_row(row) for row in rows]})
        return
    for row in rows:
        shown = _row(row)
        click.echo(f"{row.case or row.instance_id}  {row.element}  {shown['before']} -> {shown['after']}")
    click.echo(f"{page.total} deadlines: {page.later} later, {page.earlier} earlier, {page.overdue} overdue.")
    click.echo(f"version {page.version}")


@calendar.command()
@keeper_option
@click.option("--version", required=True, help="Of the preview that was looked at.")
@click.option("--reason", required=True, help="Stands in the history of each report.")
@json_option
def move(login: str, version: str, reason: str, as_json: bool) -> None:
    """Move every open deadline as the preview showed: all of them, or none."""
    with opened() as house:
        moved = moving.move(house, _person(house, login), reason, version)
    if as_json:
        print_json({"moved": moved})
    else:
        click.echo(f"{moved} deadlines moved.")


def _calendar(name: str, zone: str, login: str | None, unit: str | None) -> worktime.Calendar:
    """The national calendar, or with a login that of the person's agency or of one of its units."""
    if login is None:
        if unit is not None:
            raise click.UsageError("--unit needs --as: units belong to an agency.")
        return worktime.calendar(name, zone=zone)
    with opened() as house:
        return calendars.calendar(house, _person(house, login), unit)


def _person(house: House, login: str) -> Principal:
    with house.database.read() as session:
        return of_login(session, login, house.now())


def _row(row: recount.Move) -> dict[str, str | None]:
    return {
        "case": row.case,
        "kind": row.kind,
        "element": row.element,
        "before": row.before.due.isoformat() if row.before.due else None,
        "after": row.after.due.isoformat() if row.after.due else None,
    }
