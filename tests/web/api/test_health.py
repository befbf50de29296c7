"""Health, readiness and figures."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text

from engine.runtime.house import House
from engine.runtime.scheduler import Heartbeat
from engine.upkeep import health
from tests.web.api.client import Api
from tests.web.api.work import file


def test_a_living_process_says_so_also_without_a_database(app: Flask, house: House, tmp_path: Path) -> None:
    house.database.close()
    (tmp_path / "alur.db").rename(tmp_path / "elsewhere.db")
    assert app.test_client().get("/healthz").get_json() == {"status": "ok"}
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["database"] is False


def test_ready_is_a_writable_database_of_this_release(app: Flask, house: House) -> None:
    client = app.test_client()
    assert client.get("/readyz").get_json() == {
        "status": "ready",
        "database": True,
        "migrations": True,
        "scheduler": None,
    }
    with house.database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["migrations"]) == (503, False)


def test_a_scheduler_inside_must_beat(app: Flask, house: House) -> None:
    client = app.test_client()
    heart = Heartbeat(house)
    heart.start()
    try:
        heart.beat()
        assert client.get("/readyz").get_json()["scheduler"] is True
        assert house.beat is not None
    finally:
        heart.stop()
    assert client.get("/readyz").get_json()["scheduler"] is None
    house.beat = 0.0 - health.LONGEST_REST
    answer = client.get("/readyz")
    assert (answer.status_code, answer.get_json()["scheduler"]) == (503, False)


def _figures(text_: str) -> dict[str, float]:
    lines = [line.rpartition(" ") for line in text_.splitlines() if line and not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def test_figures_count_requests_and_open_work(api: Api, app: Flask, house: House) -> None:
    file(api)
    api.get("/units")
    found = _figures(app.test_client().get("/metrics").get_data(as_text=True))
    assert found["alur_work_items_open"] == 1
    assert found["alur_incidents_open"] == found["alur_jobs_lag_seconds"] == 0
    filed = 'alur_http_requests_total{endpoint="api_complaints.file",method="POST",status="201"}'
    refused = 'alur_http_requests_total{endpoint="api_agencies.units",method="GET",status="401"}'
    assert found[filed] == 1
    assert found[refused] == 1
    assert "contoh" not in app.test_client().get("/metrics").get_data(as_text=True)


@pytest.mark.parametrize(
    ("address", "headers", "by", "status"),
    [
        ("127.0.0.1", {}, None, 200),
        ("::1", {}, None, 200),
        ("10.0.0.9", {}, None, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.0.0.9"}, None, 404),
        ("10.0.0.9", {"X-Forwarded-For": "127.0.0.1"}, None, 404),
        ("10.0.0.9", {}, "operator@contoh", 200),
        ("10.0.0.9", {}, "apip@contoh", 404),
    ],
)
def test_figures_are_read_on_the_machine_or_by_operators(
    api: Api, address: str, headers: dict[str, str], by: str | None, status: int
) -> None:
    answer = api.client.get(
        "/metrics", headers=headers | api.headers(by), environ_overrides={"REMOTE_ADDR": address}
    )
    assert answer.status_code == status


def test_lateness_is_that_of_the_oldest_due_job(api: Api, house: House) -> None:
    file(api)
    api.clock.set(api.clock.now().replace(month=7))
    found = health.figures(house)
    assert found.due_jobs > 0
    assert found.lag > 20 * 24 * 3600
    assert found.overdue_items == 1
