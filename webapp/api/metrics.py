"""Figures for monitoring: requests by endpoint and answer, open work, lateness of jobs, incidents.

Totals of the whole platform, never of one agency; read on the machine itself or with an operator's token.
"""

from collections.abc import Iterator

from flask import Blueprint, Flask, Response, current_app, g, request
from flask.blueprints import BlueprintSetupState
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from engine.clock import stopwatch
from engine.errors import NotFound, msg
from engine.people.principals import ADMIN, OPERATOR
from engine.runtime.house import House
from engine.upkeep import health
from webapp.access import Rule, allow
from webapp.visitor import Visitor

blueprint = Blueprint("metrics", __name__)

LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")
GAUGES = {
    "open_items": ("alur_work_items_open", "Open work items"),
    "overdue_items": ("alur_work_items_overdue", "Open work items past their due time"),
    "waiting_jobs": ("alur_jobs_waiting", "Waiting jobs"),
    "due_jobs": ("alur_jobs_due", "Timers, reminders and escalations that are due and not done"),
    "lag": ("alur_jobs_lag_seconds", "How late the oldest due job is"),
    "open_incidents": ("alur_incidents_open", "Open incidents"),
    "pending_deliveries": ("alur_outbox_pending", "Deliveries that wait, also for their next attempt"),
    "due_deliveries": ("alur_outbox_due", "Deliveries that may be tried now"),
    "pending_age": ("alur_outbox_oldest_seconds", "How long ago the oldest delivery that waits was made"),
    "failed_deliveries": ("alur_outbox_failed", "Deliveries given up"),
}


def _near(who: Visitor) -> None:
    """On the machine itself and not through a proxy, or an operator; to others there is no such page."""
    direct = request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
    if not direct and not (who.person and who.person.has(OPERATOR, ADMIN)):
        raise NotFound(msg("There is no such page."))


near = Rule("on this machine or role operator", _near)


class PlatformCollector(Collector):
    """The platform's figures, counted when they are asked for."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found = health.figures(self._house)
        for name, (metric, words) in GAUGES.items():
            yield GaugeMetricFamily(metric, words, value=getattr(found, name))


@blueprint.get("/metrics")
@allow(near)
def read() -> Response:
    """All figures in the text format of Prometheus."""
    registry: CollectorRegistry = current_app.extensions["alur.metrics"]
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def measure(state: BlueprintSetupState) -> None:
    """Count every request of the application that the blueprint is registered with."""
    app = state.app
    assert isinstance(app, Flask)
    registry = CollectorRegistry()
    registry.register(PlatformCollector(app.extensions["alur.house"]))
    labels = ("endpoint", "method", "status")
    counted = Counter("alur_http_requests", "Requests answered", labels, registry=registry)
    timed = Histogram("alur_http_request_seconds", "How long answers took", ("endpoint",), registry=registry)
    app.extensions["alur.metrics"] = registry

    @app.before_request
    def begin() -> None:
        g.begun = stopwatch()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = (
            request.method if request.method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE") else "other"
        )
        counted.labels(endpoint, method, str(response.status_code)).inc()
        if "begun" in g:
            timed.labels(endpoint).observe(stopwatch() - g.begun)
        return response


blueprint.record(measure)
