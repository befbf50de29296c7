"""``alur serve``: pages, API and, unless told otherwise, the heartbeat of one house."""

from typing import Any

import click
from waitress import create_server

from engine import heap
from engine.bootstrap import Settings
from engine.errors import AlurError, msg
from engine.runtime.house import House
from engine.runtime.scheduler import Heartbeat
from webapp.cli.house import end_politely, opened

HOST = "127.0.0.1"
THREADS = 8


@click.command()
@click.option("--host", default=HOST, show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), help="Instead of ALUR_PORT (8000).")
@click.option("--without-scheduler", is_flag=True, help="PostgreSQL: `alur scheduler` runs elsewhere.")
def serve(host: str, port: int | None, without_scheduler: bool) -> None:
    """Serve pages and API; on SQLite with scheduler and worker inside."""
    settings = Settings.from_env()
    if without_scheduler and settings.database_url.startswith("sqlite"):
        raise AlurError(msg("On SQLite the scheduler runs inside `alur serve`."))
    with opened(settings) as house:
        heartbeat = None if without_scheduler else Heartbeat(house)
        end_politely()
        _serve(house, settings, host, port or settings.port, heartbeat)


def behind(settings: Settings) -> dict[str, object]:
    """Believe the client's address from the proxy that is named, and from nobody else."""
    if not settings.trusted_proxy:
        return {}
    return {
        "trusted_proxy": settings.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for"},
    }


def _serve(house: House, settings: Settings, host: str, port: int, heartbeat: Heartbeat | None) -> None:
    if heartbeat:
        heartbeat.start()  # what is overdue does not wait for the pages to be loaded
    try:
        server = _listening(house, settings, host, port)
        heap.keep_loaded()
        click.echo(f"Alur serves at http://{host}:{port}")
        try:
            server.run()
        finally:
            server.close()
    except KeyboardInterrupt:  # also while the pages are being loaded
        click.echo("Stopping.", err=True)
    finally:
        if heartbeat:
            heartbeat.stop()


def _listening(house: House, settings: Settings, host: str, port: int) -> Any:
    from webapp.factory import create_app  # a second's work, which the heartbeat need not wait for

    app = create_app(house, https=settings.https, practice=not settings.production)
    try:
        return create_server(app, host=host, port=port, threads=THREADS, ident=None, **behind(settings))
    except OSError as error:
        raise AlurError(
            msg(
                "Alur cannot listen on %(host)s:%(port)s: %(why)s.",
                host=host,
                port=str(port),
                why=error.strerror or str(error),
            ),
            hint=msg("Choose another port with ALUR_PORT or --port."),
        ) from error
