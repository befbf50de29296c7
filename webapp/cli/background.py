"""``alur scheduler`` and ``alur worker``: what keeps a served house alive, in processes of their own."""

import threading
from typing import Any

import click

from engine.bootstrap import Settings
from engine.errors import AlurError, msg
from engine.runtime.scheduler import Heartbeat
from webapp.cli.house import opened


@click.command()
def scheduler() -> None:
    """Fire timers, reminders and escalations (PostgreSQL; several are safe)."""
    _beat("scheduler", deliveries=False)


@click.command()
def worker() -> None:
    """Deliver notices and letters (PostgreSQL; several are safe)."""
    _beat("worker", due=False)


def _beat(name: str, **parts: Any) -> None:
    settings = Settings.from_env()
    if settings.database_url.startswith("sqlite"):
        raise AlurError(
            msg("On SQLite scheduler and worker run inside `alur serve`: only one process may write.")
        )
    with opened(settings) as house:
        heartbeat = Heartbeat(house, **parts)
        heartbeat.start()
        click.echo(f"The {name} runs.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopping.", err=True)
        finally:
            heartbeat.stop()
