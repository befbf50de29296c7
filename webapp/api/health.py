"""Whether this process lives, and whether it can do its work: for supervisors and load balancers."""

from typing import Any

import orjson
from flask import Blueprint, Response

from engine.upkeep import health
from webapp.access import allow, public
from webapp.house import house

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@allow(public)
def alive() -> Response:
    """The process answers."""
    return _answer({"status": "ok"}, 200)


@blueprint.get("/readyz")
@allow(public)
def ready() -> Response:
    """The database takes writes and has every table, and the scheduler inside, if any, beats."""
    found = health.look(house())
    body = {
        "status": "ready" if found.ready else "not ready",
        "database": found.database,
        "migrations": found.migrations,
        "scheduler": found.scheduler,
    }
    return _answer(body, 200 if found.ready else 503)


def _answer(body: dict[str, Any], status: int) -> Response:
    return Response(orjson.dumps(body), status, content_type="application/json")
