"""``alur incidents``: what stopped, looked at, tried again or given up by an operator of the agency."""

from typing import Any

import click

from engine.people.principals import Principal, of_login
from engine.runtime import operations
from engine.runtime.house import House
from webapp.cli.house import opened
from webapp.cli.output import json_option, parse_object, print_json

operator_option = click.option("--as", "login", required=True, help="An operator of the agency.")


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
@json_option
def retry(incident: str, login: str, variables: str, as_json: bool) -> None:
    """Let what failed run again; what fails again is a new incident."""
    corrected = parse_object(variables, "--variables")
    with opened() as house:
        done = operations.retry(house, _person(house, login), incident, corrected)
    _report(done, "It was tried again.", as_json)


@incidents.command()
@click.argument("incident")
@operator_option
@click.option("--reason", required=True, help="Stays in the history of the case.")
@click.option("--end-case", is_flag=True, help="End the case with it; needed where the case stands on it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def cancel(incident: str, login: str, reason: str, end_case: bool, yes: bool, as_json: bool) -> None:
    """Give up what failed: the case goes on without it, or ends."""
    if not yes:
        if as_json:
            raise click.UsageError("With --json nobody can be asked: add --yes.")
        question = "End the case for good?" if end_case else "Give it up for good?"
        click.confirm(question, abort=True, err=True)
    with opened() as house:
        done = operations.cancel(house, _person(house, login), incident, reason, end_case=end_case)
    _report(done, "The case has ended." if end_case else "It was given up; the case goes on.", as_json)


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
