"""What the tests do over and over: file a report, do the oldest open task of an element."""

from typing import Any

from tests.support.agency import REPORT
from tests.web.api.client import Api


def file(
    api: Api, agency: str = "contoh", by: str | None = None, key: str | None = None, **answers: Any
) -> Any:
    """File a report with the generic SOP; its acknowledgement."""
    body = {"agency": agency, "process": "sp4n_umum", "answers": {**REPORT, **answers}}
    return api.ok(api.post("/complaints", by, body, key=key), 201)


def item(api: Api, by: str, element: str) -> Any:
    """The oldest open task of this element in somebody's inbox, opened."""
    rows = api.ok(api.get("/work-items", by))["items"]
    found = next(row for row in rows if row["element"] == element)
    return api.ok(api.get(f"/work-items/{found['id']}", by))


def do(api: Api, by: str, element: str, /, **answers: Any) -> Any:
    """Take and complete the oldest open task of this element."""
    opened = item(api, by, element)
    body = {"version": opened["version"], "answers": answers, "take": True}
    return api.ok(api.post(f"/work-items/{opened['id']}/complete", by, body))


def report(api: Api, filed: Any) -> Any:
    """The reporter's own view."""
    return api.ok(api.get(f"/complaints/{filed['tracking_number']}", receipt=filed["receipt"]))
