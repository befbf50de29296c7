"""Small forms to test with."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine import feel, form

# Tuesday 2026-03-03, 00:30 in Jakarta, still Monday in UTC.
ENV = feel.Environment(now=datetime.fromisoformat("2026-03-02T17:30:00+00:00"), zone=ZoneInfo("Asia/Jakarta"))


def of(*components: dict[str, Any]) -> form.Form:
    """A form of these components."""
    return form.load({"type": "default", "schemaVersion": 16, "id": "contoh", "components": list(components)})


def one(kind: str, key: str = "isian", **more: Any) -> dict[str, Any]:
    """One component; ``rules`` go under validate, ``marks`` under properties, ``hide`` under conditional."""
    component: dict[str, Any] = {"type": kind, "key": key, "label": key.capitalize()}
    if "rules" in more:
        component["validate"] = more.pop("rules")
    if "marks" in more:
        component["properties"] = more.pop("marks")
    if "hide" in more:
        component["conditional"] = {"hide": more.pop("hide")}
    return component | more


def options(*values: Any) -> list[dict[str, Any]]:
    return [{"label": str(value).capitalize(), "value": value} for value in values]


def faults(checked: form.Checked) -> dict[str, str]:
    """What is wrong, by path."""
    return {error.key: str(error.message) for error in checked.errors}


def answer(component: dict[str, Any], value: Any) -> Any:
    """The value that one component makes of an answer; a text when it is refused."""
    checked = of(component).validate({component["key"]: value}, {}, ENV)
    if checked.errors:
        return f"!{checked.errors[0].message}"
    return checked.values[component["key"]]
