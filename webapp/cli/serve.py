"""Serving and what keeps a served house alive: migrations, demo data, scheduler, worker."""

import threading
from collections.abc import Callable

import click
from waitress import create_server

from engine.bootstrap import Settings, open_house
from engine.errors import AlurError, msg
from engine.runtime.house import House
from engine.runtime.scheduler import Heartbeat
from engine.upkeep import schema
from engine.upkeep.demo import PASSWORD, furnish_demo
from webapp.cli.output import json_option, print_json
from webapp.factory import create_app

HOST = "127.0.0.1"
THREADS = 8


@click.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of ALUR_PORT (8000).")
@click.option("--without-scheduler", is_flag=True, help="PostgreSQL: `alur scheduler` runs elsewhere.")
def serve(host: str, port: int | None, without_scheduler: bool) -> None:
    """Serve pages and API; on SQLite with scheduler and worker inside."""
    settings = Settings.from_env()
    house = _open(settings)
    if without_scheduler and house.database.is_sqlite:
        raise AlurError(msg("On SQLite the scheduler runs inside `alur serve`."))
    heartbeat = None if without_scheduler else Heartbeat(house)
    server = create_server(
        create_app(house), host=host, port=port or settings.port, threads=THREADS, ident=None
    )
    if heartbeat:
        heartbeat.start()
    click.echo(f"Alur serves at http://{host}:{port or settings.port}")
    try:
        server.run()
    except KeyboardInterrupt:
        click.echo("Stopping.", err=True)
    finally:
        if heartbeat:
            heartbeat.stop()
        server.close()
        house.database.close()


@click.command()
def scheduler() -> None:
    """Fire timers, reminders and escalations (PostgreSQL; several are safe)."""
    _beat("scheduler", lambda house: Heartbeat(house, deliveries=False))


@click.command()
def worker() -> None:
    """Deliver notices and letters (PostgreSQL; several are safe)."""
    _beat("worker", lambda house: Heartbeat(house, due=False))


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the newest tables."""
    done = schema.migrate(Settings.from_env())
    if as_json:
        print_json({"migrated": done})
    else:
        click.echo(f"Migrated: {', '.join(done)}." if done else "The database is up to date.")


@click.command()
@json_option
def demo(as_json: bool) -> None:
    """Make demo agencies, people, SOPs and reports; running it again changes nothing."""
    settings = Settings.from_env()
    if settings.production:
        raise AlurError(msg("Demo data has a public password; it is refused in production mode."))
    made = furnish_demo(_open(settings), lambda name: click.echo(f"  {name} …", err=True))
    if as_json:
        agencies = [{"key": key, "name": name, "logins": logins} for key, name, logins in made.agencies]
        print_json({"password": PASSWORD, "reports": made.reports, "agencies": agencies})
        return
    click.echo(f"Demo accounts, all with the password {PASSWORD}:")
    for key, name, logins in made.agencies:
        click.echo(f"  {name}")
        click.echo(f"    {', '.join(login.partition('@')[0] for login in logins)}  @{key}")
    click.echo(f"{made.reports} demo reports.")


def _open(settings: Settings) -> House:
    if not schema.is_current(settings):
        raise AlurError(msg("The database lacks tables."), hint=msg("Run `alur migrate` first."))
    return open_house(settings)


def _beat(name: str, make: Callable[[House], Heartbeat]) -> None:
    house = _open(Settings.from_env())
    if house.database.is_sqlite:
        raise AlurError(
            msg("On SQLite scheduler and worker run inside `alur serve`: only one process may write.")
        )
    heartbeat = make(house)
    heartbeat.start()
    click.echo(f"The {name} runs.")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        heartbeat.stop()
