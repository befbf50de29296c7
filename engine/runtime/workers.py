"""Workers in processes of their own, on PostgreSQL. The one module that knows Procrastinate.

Procrastinate carries wake-ups ("there is due work"), nothing else. What is due, who has it and whether it was
done stands in our own tables, so a wake-up that is lost, late or doubled changes nothing: the scheduler asks
again at its next beat, and does itself what nobody took for a while.
"""

import asyncio
import logging
from contextlib import suppress
from importlib.metadata import version
from typing import Any

import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ProcrastinateException
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager
from psycopg.sql import SQL, Identifier
from sqlalchemy.engine import make_url

from engine.clock import stopwatch
from engine.runtime.background import WORKS, OwnHands, Work
from engine.runtime.house import House

log = logging.getLogger("alur.workers")

# A PostgreSQL schema for each of its releases: those of the release before may go on while we change over.
SCHEMA = "procrastinate_" + "_".join(version("procrastinate").split(".")[:2])
OPTIONS = f"-c search_path={SCHEMA}"
LOCK = 0x616C7572  # "alur": one process at a time makes the tables
PATIENCE_SECONDS = 3.0  # with workers that take nothing
HEARTBEAT_SECONDS = 5.0
STALLED_SECONDS = 20.0
GRACE_SECONDS = 20.0  # for pieces of work under way when a worker is told to stop


class WorkersHands:
    """Wakes a worker; does itself what a wake-up that nobody takes has asked for some seconds ago."""

    def __init__(self, house: House) -> None:
        prepare(house)
        self._app = application(house)
        self._app.open()
        self._own = OwnHands(house)
        self._woke: dict[str, float] = {}  # when a wake-up was last left for each work

    def close(self) -> None:
        """Give the connections back."""
        self._app.close()

    def take(self, name: str) -> int:
        try:
            _wake(self._app, name).defer()
        except AlreadyEnqueued:
            if stopwatch() - self._woke.setdefault(name, stopwatch()) < PATIENCE_SECONDS:
                return 0
        except ProcrastinateException:
            log.exception("no worker can be woken")
        else:
            self._woke[name] = stopwatch()
            return 0
        return self._own.take(name)


def serve(house: House, concurrency: int) -> None:
    """Do what wake-ups ask for, until told to stop; what is under way then is finished."""
    prepare(house)
    application(house).run_worker(
        concurrency=concurrency,
        delete_jobs="always",
        update_heartbeat_interval=HEARTBEAT_SECONDS,
        stalled_worker_timeout=STALLED_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
    )


def application(house: House) -> App:
    """Procrastinate's application: a task for each kind of work, and one that revives stalled wake-ups."""
    connector = PsycopgConnector(conninfo=address(house), kwargs={"options": OPTIONS}, min_size=1)
    app = App(connector=connector)
    for name, work in WORKS.items():
        app.task(name=name, queue=name)(_task(app, house, name, work))
    app.periodic(cron="* * * * *")(
        app.task(name="revive", queue="revive", queueing_lock="revive", pass_context=True)(_revive)
    )
    return app


def prepare(house: House) -> None:
    """Make Procrastinate's tables unless they are there; they hold nothing that must be kept."""
    with psycopg.connect(address(house)) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", (SCHEMA,)).fetchone():
            return
        connection.execute(SQL("CREATE SCHEMA {}").format(Identifier(SCHEMA)))
        connection.execute(SQL("SET LOCAL search_path TO {}").format(Identifier(SCHEMA)))
        connection.execute(SchemaManager.get_schema())


def _task(app: App, house: House, name: str, work: Work) -> Any:
    async def do() -> None:
        """One piece; while there is more, whoever is free goes on."""
        if await asyncio.to_thread(work.run, house):
            with suppress(AlreadyEnqueued):
                await _wake(app, name).defer_async()

    return do


def _wake(app: App, name: str) -> Any:
    return app.configure_task(name, queueing_lock=name)


async def _revive(context: JobContext, timestamp: int) -> None:
    await revive(context.app)


async def revive(app: App) -> None:
    """Offer the wake-ups of workers that died to the living; one that is on offer already is dropped."""
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("a worker died over %s", job.task_name)
        try:
            await manager.retry_job(job)
        except ProcrastinateException:
            await manager.finish_job(job, Status.FAILED, delete_job=True)


def address(house: House) -> str:
    """The database as PostgreSQL's own library writes it."""
    url = make_url(house.database.url).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)
