"""``alur user`` and ``alur token``: accounts from the command line."""

import click

from engine.people import signin
from engine.upkeep import accounts
from webapp.cli.house import opened
from webapp.cli.output import json_option, print_json


@click.group()
def user() -> None:
    """Accounts."""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, help="A role to hold; may be repeated.")
@click.option("--unit", help="Key of the person's unit.")
@click.password_option(help="Asked for when not given.")
def add(login: str, name: str, roles: tuple[str, ...], unit: str | None, password: str) -> None:
    """Add a person who signs in as NAME@AGENCY."""
    with opened() as house:
        accounts.add(house, login, name, password, list(roles), unit)
    click.echo(f"{login} may sign in.")


@user.command("password")
@click.argument("login")
@click.password_option()
def password(login: str, password: str) -> None:
    """Give a person a new password and end the person's sessions."""
    with opened() as house:
        accounts.set_password(house, login, password)
    click.echo("Changed.")


@user.command("list")
@click.argument("agency")
@json_option
def list_(agency: str, as_json: bool) -> None:
    """The people of an agency with their roles."""
    with opened() as house:
        rows = accounts.listing(house, agency)
    if as_json:
        print_json(rows)
        return
    for row in rows:
        click.echo(f"{row['login']:40} {row['name']:30} {', '.join(row['roles'])}")


@click.group()
def token() -> None:
    """Bearer tokens for programs."""


@token.command("create")
@click.argument("login")
@click.option("--name", default="command line", show_default=True, help="What the token is for.")
@json_option
def create(login: str, name: str, as_json: bool) -> None:
    """Make a token that acts as LOGIN; it is shown once."""
    with opened() as house:
        made = signin.create_token(house, login, name)
    if as_json:
        print_json({"token": made})
    else:
        click.echo(made)
