"""``alur calendar preview|move``: which open deadlines a changed calendar moves, and moving them."""

from zoneinfo import ZoneInfo

import click

from engine import worktime
from engine.cases import receipts, views
from engine.people import calendars
from engine.people.principals import Principal, of_login
from engine.runtime import moving, recount
from engine.runtime.house import House
from webapp.cli.house import opened
from webapp.cli.output import json_option, print_json

keeper_option = click.option("--as", "login", required=True, help="An administrator of the agency.")


@click.command()
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
        click.echo(
            f"{row.case or row.instance_id}  {row.what}  {row.element}  {shown['before']} -> {shown['after']}"
        )
    click.echo(f"{page.total} deadlines: {page.later} later, {page.earlier} earlier, {page.overdue} overdue.")
    click.echo(f"version {page.version}")


@click.command()
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


def agency_calendar(login: str, unit: str | None) -> worktime.Calendar:
    """The calendar of a person's agency, or of one of its units."""
    with opened() as house:
        return calendars.calendar(house, _person(house, login), unit)


def due_times(login: str, number: str) -> list[receipts.Counted]:
    """How the due times of a report were counted; reading a secret one is written down."""
    with opened() as house:
        who = _person(house, login)
        view = views.report(house, who, number)
        if view.case.secret:
            views.log_access(house, who, view.case.id, "laporan")
        return receipts.counted(view)


def _person(house: House, login: str) -> Principal:
    with house.database.read() as session:
        return of_login(session, login, house.now())


def _row(row: recount.Move) -> dict[str, str | None]:
    """A move; its times in the zone that it was counted in."""
    zone = ZoneInfo(row.receipt["zone"])
    before, after = (
        points.promised.astimezone(zone).isoformat() if points.promised else None
        for points in (row.before, row.after)
    )
    return {"case": row.case, "kind": row.what, "element": row.element, "before": before, "after": after}
