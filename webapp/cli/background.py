"""``alur scheduler`` and ``alur worker``: what goes on behind the pages, in processes of their own."""

import threading
from contextlib import ExitStack, closing
from types import ModuleType

import click

from engine import heap
from engine.bootstrap import Settings
from engine.errors import AlurError, msg
from engine.runtime.scheduler import Heartbeat
from webapp.cli.house import end_politely, opened

CONCURRENCY = 3  # one slow receiver must not keep timers from firing


@click.command()
@click.option("--alone", is_flag=True, help="Do everything here instead of waking workers.")
def scheduler(alone: bool) -> None:
    """Wake workers for what is due, or do it where none is there (PostgreSQL; several are safe)."""
    settings = _settings()
    workers = None if alone else _workers()
    with opened(settings) as house, ExitStack() as stack:
        hands = stack.enter_context(closing(workers.WorkersHands(house))) if workers else None
        heartbeat = Heartbeat(house, hands)
        end_politely()
        heartbeat.start()
        heap.keep_loaded()
        click.echo("The scheduler runs.")
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            click.echo("Stopping.", err=True)
        finally:
            heartbeat.stop()


@click.command()
@click.option(
    "--concurrency",
    type=click.IntRange(1, 32),
    default=CONCURRENCY,
    show_default=True,
    help="How many pieces of work at once.",
)
def worker(concurrency: int) -> None:
    """Fire timers, deliver, keep house, as the scheduler wakes it (PostgreSQL; several are safe)."""
    settings = _settings()
    workers = _workers()
    if workers is None:
        raise AlurError(
            msg("`alur worker` needs Procrastinate, which is not installed."),
            hint=msg(
                "Run pip install 'alur[scale]'; without workers `alur scheduler` does everything itself."
            ),
        )
    with opened(settings) as house:
        heap.keep_loaded()
        click.echo("The worker runs.")
        workers.serve(house, concurrency)


def _settings() -> Settings:
    settings = Settings.from_env()
    if settings.database_url.startswith("sqlite"):
        raise AlurError(
            msg("On SQLite scheduler and worker run inside `alur serve`: only one process may write.")
        )
    return settings


def _workers() -> ModuleType | None:
    """What knows Procrastinate, where the extra ``scale`` is installed."""
    try:
        from engine.runtime import workers
    except ModuleNotFoundError as error:
        if error.name != "procrastinate":
            raise
        return None
    return workers
