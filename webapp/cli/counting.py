"""``alur calendar explain|latest-start|between``: how a limit is counted."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from engine import worktime
from webapp.cli.output import json_option, print_json
from webapp.cli.surroundings import calendar_option, moment

zone_option = click.option(
    "--zone", default="Asia/Jakarta", show_default=True, help="Zone name, or WIB, WITA, WIT."
)
ends_option = click.option("--ends", type=click.Choice(["office", "day"]), help="Where whole days end.")
login_option = click.option("--as", "login", help="Count by the calendar of this person's agency.")
unit_option = click.option("--unit", help="Of the agency, the unit with this key.")


@click.command()
@click.argument("limit", required=False)
@click.option(
    "--case", "number", help="Instead of LIMIT: the due times of this report, as they were counted."
)
@click.option("--from", "start", help="ISO instant with zone; now when left out.")
@calendar_option
@zone_option
@login_option
@unit_option
@ends_option
@click.option("--percent", type=click.IntRange(1, 1000), default=100, show_default=True)
@json_option
def explain(
    limit: str | None,
    number: str | None,
    start: str | None,
    calendar: str,
    zone: str,
    login: str | None,
    unit: str | None,
    ends: worktime.Ends,
    percent: int,
    as_json: bool,
) -> None:
    """Count LIMIT ("3 HK", "4 JK", "14 hari", "PT1H") and say which days were skipped and why.

    With --case and --as: say how each due time of a report was counted, by what was kept with it.
    """
    if (limit is None) == (number is None):
        raise click.UsageError("Give either LIMIT or --case.")
    if number is not None:
        _explain_case(number, login, as_json)
        return
    began, days = moment(start, "--from"), _calendar(calendar, zone, login, unit)
    due = worktime.due(worktime.Limit.parse(str(limit)), began, days, percent=percent, ends=ends)
    if as_json:
        print_json(due.receipt)
        return
    click.echo(f"{limit} from {days.local(began).isoformat()} is due at {due.receipt['due']}")
    _say(due.receipt)


def _explain_case(number: str, login: str | None, as_json: bool) -> None:
    if login is None:
        raise click.UsageError("--case needs --as: somebody who may see the report.")
    from webapp.cli.moves import due_times  # the database, only for who asks for a report

    found = due_times(login, number)
    if as_json:
        print_json({"case": number, "items": [_row(each) for each in found]})
        return
    for each in found:
        local = (each.receipt or {}).get("due")
        due = local or (each.due.isoformat() if each.due else "no due time")
        click.echo(f"{each.kind} {each.element} ({each.name}), {each.state}: {due}")
        if each.receipt is None:
            click.echo("  nothing was counted: the diagram gives the instant")
            continue
        click.echo(f"  {each.receipt['words']} from {each.receipt['start']}")
        for pause in each.receipt["pauses"]:
            click.echo(
                f"  paused from {pause['from']} to {pause['to'] or 'now'}: the reporter owed an answer"
            )
        _say_changes(each.receipt)
        _say(each.receipt)
        if rule := each.receipt.get("paused"):
            _say_pause(rule, each.receipt["zone"])


def _say_changes(receipt: dict[str, Any]) -> None:
    """What became of the limit since it began: extended, of another class, moved by a calendar's keeper."""
    zone = receipt["zone"]
    if extended := receipt.get("extended"):
        version = f", on calendar version {extended['version']}" if "version" in extended else ""
        click.echo(f"  extended by {extended['by']}, from {_local(extended['before'], zone)}{version}")
    if changed := receipt.get("changed"):
        click.echo(
            f"  until {_local(changed['at'], zone)} the limit was {changed['limit']},"
            f" due {_local(changed['due'], zone)}"
        )
    if moved := receipt.get("moved"):
        click.echo(f"  moved from {_local(moved['before'], zone)}: {moved['reason']}")


def _say_pause(rule: dict[str, Any], zone: str) -> None:
    """The open pause, and how its end was counted."""
    click.echo(
        f"  pause {rule['number']} of {rule['most']}, until {_local(rule['until'], zone)} at most"
        f" ({rule['limit']})"
    )
    if moved := rule.get("moved"):
        click.echo(f"  moved from {_local(moved['before'], zone)}: {moved['reason']}")
    if "receipt" in rule:
        _say(rule["receipt"])


def _local(text: str | None, zone: str) -> str:
    return datetime.fromisoformat(text).astimezone(ZoneInfo(zone)).isoformat() if text else "no due time"


def _row(each: Any) -> dict[str, Any]:
    due = each.due.isoformat() if each.due else None
    shown = {"kind": each.kind, "element": each.element, "name": each.name, "state": each.state}
    return {**shown, "due": due, "receipt": each.receipt}


def _say(receipt: dict[str, Any]) -> None:
    click.echo(f"  calendar {receipt['calendar']}, version {receipt['version']}")
    for run in receipt["hours"]:
        click.echo(f"  office hours from {run['from']}: {run['hours']}{_named(run)}")
    for skipped in receipt["skipped"]:
        click.echo(f"  {skipped['day']}  {skipped.get('name') or skipped['why']}")
    for warning in receipt["warnings"]:
        what = "joint leave not decreed yet" if warning["kind"] == "no_decreed_leave" else "dates estimated"
        click.echo(f"  {warning['year']}: {what}")


def _named(run: dict[str, str]) -> str:
    return f" ({run['name']})" if "name" in run else ""


@click.command("latest-start")
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


@click.command()
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


def _calendar(name: str, zone: str, login: str | None, unit: str | None) -> worktime.Calendar:
    """The national calendar, or with a login that of the person's agency or of one of its units."""
    if login is None:
        if unit is not None:
            raise click.UsageError("--unit needs --as: units belong to an agency.")
        return worktime.calendar(name, zone=zone)
    from webapp.cli.moves import agency_calendar  # the database, only for who asks for an agency's calendar

    return agency_calendar(login, unit)
