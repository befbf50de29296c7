"""``alur incidents``: what stopped, looked at, tried again or given up by an operator of the agency."""

import sys
from collections.abc import Callable
from typing import Any

import click

from engine.people.principals import Principal, of_login
from engine.runtime import alike as alike_room
from engine.runtime import operations
from engine.runtime.alike import Dealt, Group
from engine.runtime.house import House
from webapp.cli.house import opened
from webapp.cli.output import json_option, parse_object, print_json

operator_option = click.option("--as", "login", required=True, help="An operator of the agency.")
alike_option = click.option("--alike", is_flag=True, help="And all open ones of the same cause.")
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


@click.group()
def incidents() -> None:
    """Failures that wait for an operator."""


@incidents.command("list")
@operator_option
@click.option("--state", type=click.Choice(["open", "resolved"]), default="open", show_default=True)
@json_option
def listing(login: str, state: str, as_json: bool) -> None:
    """List the agency's incidents, newest first."""
    with opened() as house:
        who, rows = _person(house, login), list[Any]()
        while page := operations.incidents(house, who, state=state, after=rows[-1].id if rows else None):
            rows += page
    if as_json:
        print_json({"items": [_row(row) for row in rows]})
        return
    for row in rows:
        click.echo(f"{row.id}  {row.created_at:%Y-%m-%d %H:%M}  {row.kind:10} {row.element}  {row.message}")
    click.echo(f"{len(rows)} {state} incidents.")


@incidents.command()
@operator_option
@json_option
def groups(login: str, as_json: bool) -> None:
    """List open incidents by their cause: all of one receiver, all of one step that fails."""
    with opened() as house:
        who, found = _person(house, login), list[Group]()
        while page := alike_room.groups(house, who, after=found[-1].newest.id if found else None):
            found += page
    if as_json:
        print_json({"items": [_group(each) for each in found]})
        return
    for each in found:
        newest = each.newest
        click.echo(f"{newest.id}  {each.count:6}  {newest.kind:10} {newest.element}  {newest.message}")
    click.echo(f"{sum(each.count for each in found)} open incidents of {len(found)} causes.")


@incidents.command()
@click.argument("incident")
@operator_option
@json_option
def show(incident: str, login: str, as_json: bool) -> None:
    """Show an incident, the job that failed, and whether the case goes on without it."""
    with opened() as house:
        found = operations.incident(house, _person(house, login), incident)
    shown = {
        **_row(found.incident),
        "job": _job(found.job) if found.job else None,
        "may_drop": found.may_drop,
    }
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        click.echo(f"{name:12} {value}")


@incidents.command()
@click.argument("incident")
@operator_option
@click.option("--variables", default="{}", help="A JSON object of variables to correct first.")
@alike_option
@yes_option
@json_option
def retry(incident: str, login: str, variables: str, alike: bool, yes: bool, as_json: bool) -> None:
    """Let what failed run again; what fails again is a new incident."""
    corrected = parse_object(variables, "--variables")
    if alike and corrected:
        raise click.UsageError("--variables corrects one case; it does not go with --alike.")
    with opened() as house:
        who = _person(house, login)
        if alike:
            group = alike_room.group(house, who, incident)
            _ask(f"Try {group.count} incidents again?", yes, as_json)
            _deal(group, lambda *at: alike_room.retry(house, who, incident, *at), as_json)
            return
        done = operations.retry(house, who, incident, corrected)
    _report(done, "It was tried again.", as_json)


@incidents.command()
@click.argument("incident")
@operator_option
@click.option("--reason", required=True, help="Stays in the history of the case.")
@click.option("--end-case", is_flag=True, help="End the case with it; needed where the case stands on it.")
@alike_option
@yes_option
@json_option
def cancel(
    incident: str, login: str, reason: str, end_case: bool, alike: bool, yes: bool, as_json: bool
) -> None:
    """Give up what failed: the case goes on without it, or ends."""
    if alike and end_case:
        raise click.UsageError("Cases are ended one by one: --end-case does not go with --alike.")
    with opened() as house:
        who = _person(house, login)
        if alike:
            group = alike_room.group(house, who, incident)
            _ask(f"Give up {group.count} incidents for good?", yes, as_json)
            _deal(group, lambda *at: alike_room.cancel(house, who, incident, reason, *at), as_json)
            return
        _ask("End the case for good?" if end_case else "Give it up for good?", yes, as_json)
        done = operations.cancel(house, who, incident, reason, end_case=end_case)
    _report(done, "The case has ended." if end_case else "It was given up; the case goes on.", as_json)


def _ask(question: str, yes: bool, as_json: bool) -> None:
    if yes:
        return
    if as_json:
        raise click.UsageError("With --json nobody can be asked: add --yes.")
    click.confirm(question, abort=True, err=True)


def _deal(group: Group, deal: Callable[[str, str | None], Dealt], as_json: bool) -> None:
    """Batch by batch, as far as what was counted; exit 1 when something failed again or could not be done."""
    done = again = refused = 0
    after: str | None = None
    while True:
        dealt = deal(group.newest.id, after)
        done, again, refused = done + dealt.done, again + dealt.again, refused + dealt.refused
        click.echo(f"  {done + again + refused} of {group.count} …", err=True)
        if (after := dealt.after) is None:
            break
    if as_json:
        print_json({"done": done, "again": again, "refused": refused})
    else:
        click.echo(f"{done} done, {again} failed again, {refused} were changed meanwhile.")
    sys.exit(1 if again or refused else 0)


def _report(row: Any, words: str, as_json: bool) -> None:
    if as_json:
        print_json(_row(row))
    else:
        click.echo(words)


def _person(house: House, login: str) -> Principal:
    with house.database.read() as session:
        return of_login(session, login, house.now())


def _row(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "state": row.state,
        "kind": row.kind,
        "element": row.element,
        "name": row.name,
        "message": row.message,
        "instance_id": row.instance_id,
        "created_at": row.created_at.isoformat(),
        "resolved_at": row.resolved_at.isoformat() if row.resolved_at else None,
    }


def _group(group: Group) -> dict[str, Any]:
    newest = group.newest
    return {
        "newest": newest.id,
        "count": group.count,
        "since": group.since.isoformat(),
        "kind": newest.kind,
        "element": newest.element,
        "name": newest.name,
        "message": newest.message,
    }


def _job(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "state": row.state,
        "topic": row.topic,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "attempts": row.attempts,
        "error": row.error,
    }
