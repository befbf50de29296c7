"""A what-if: a start time and the answers of a report give the first waits with their due times."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, request
from werkzeug.wrappers import Response

from engine import bpmn, feel, form, worktime
from engine.bpmn import Element
from engine.cases import scenarios
from engine.cases.play import Player
from engine.clock import instant
from engine.errors import AlurError, FieldError, Invalid, msg
from engine.form import Form
from webapp import csrf, forms, refill
from webapp.access import allow
from webapp.designer import playing, words
from webapp.designer.frame import Version, designs, open_version, page, write_local_times
from webapp.house import house, now
from webapp.visitor import person

blueprint = Blueprint("coba", __name__)
write_local_times(blueprint)
BEGIN, UNTIL = "_mulai", "_sampai"


@blueprint.get("/sop/<key>/v/<int:number>/simulasi")
@allow(designs)
def show(key: str, number: int) -> Response:
    """The start form, filled in with the first scenario's answers."""
    version = open_version(key, number)
    start = _start(version)
    definition = _form(version, start)
    given = {**(definition.defaults() if definition else {}), **_sample(version, start)}
    begun = now().astimezone(ZoneInfo(person().zone)).strftime("%Y-%m-%dT%H:%M")
    return _page(version, definition, given, {BEGIN: begun, UNTIL: ""})


@blueprint.post("/sop/<key>/v/<int:number>/simulasi")
@allow(designs)
@refill.refillable
def play(key: str, number: int) -> Response:
    """Play up to the first waits, and further to a time if one is given. Nothing is kept."""
    csrf.submitted_key()
    version = open_version(key, number)
    start = _start(version)
    definition = _form(version, start)
    given: dict[str, Any] = {}
    editing = refill.is_review()
    if definition is not None:
        submitted = forms.read(definition, request.form, request.files)
        given, editing = submitted.answers, editing or submitted.editing
        given |= {key: [each.filename for each in files] for key, files in submitted.files.items()}
    times = {name: request.form.get(name, "") for name in (BEGIN, UNTIL)}
    if editing:
        return _page(version, definition, given, times)
    try:
        state = _played(version, start, given, times)
    except Invalid as error:
        return _page(version, definition, given, times, error.fields or [FieldError("", error.message)])
    except AlurError as error:
        return _page(version, definition, given, times, [FieldError("", error.message)])
    return _page(version, definition, given, times, state=state)


def _played(
    version: Version, start: Element | None, given: dict[str, Any], times: Mapping[str, str]
) -> dict[str, Any]:
    begun = _instant(times[BEGIN], BEGIN)
    until = _instant(times[UNTIL], UNTIL) if times[UNTIL] else None
    with playing.alone():
        player = Player(
            version.bundle,
            version.key,
            begun,
            zone=person().zone,
            validate=True,
            programs=house().programs,
            firings=playing.FIRINGS,
        )
        try:
            player.apply({"start": start.id if start else None, "with": given})
            if until is not None:
                player.apply({"until": until.isoformat()})
            return player.state()
        finally:
            player.close()


def _instant(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(person().zone))
    except ValueError:
        fault = FieldError(field, msg("Give a date and a time."))
        raise Invalid(msg("Some answers need correction."), [fault]) from None


def _start(version: Version) -> Element | None:
    """The plain start event; one with a form if there are several."""
    starts = [
        each
        for each in bpmn.elements(version.bundle, version.key).values()
        if each.kind == "startEvent" and each.parent is None and each.event in ("", "none")
    ]
    return next((each for each in starts if each.form), starts[0] if starts else None)


def _form(version: Version, start: Element | None) -> Form | None:
    if start is None or not start.form:
        return None
    for path, data in sorted(version.bundle.items()):
        if path.endswith(".json"):
            try:
                loaded = form.load(data)
            except AlurError:
                continue
            if loaded.id == start.form:
                return loaded
    return None


def _sample(version: Version, start: Element | None) -> dict[str, Any]:
    """The answers of the first scenario that begins at the same start event."""
    try:
        told = scenarios.read(version.source["scenarios.toml"]) if "scenarios.toml" in version.source else []
    except Invalid:
        return {}
    for each in told:
        first = each.steps[0] if each.steps and isinstance(each.steps[0], dict) else {}
        if start is not None and first.get("start") == start.id and isinstance(first.get("with"), dict):
            return dict(first["with"])
    return {}


def _page(
    version: Version,
    definition: Form | None,
    given: dict[str, Any],
    times: Mapping[str, str],
    faults: list[FieldError] | None = None,
    state: dict[str, Any] | None = None,
) -> Response:
    own = [each for each in faults or [] if each.key in (BEGIN, UNTIL) or definition is None]
    view = None
    if definition is not None:
        env = feel.Environment(now=now(), zone=ZoneInfo(person().zone), functions=_functions())
        visible = definition.visible(given, {}, env)
        options = definition.choices(given, env)
        rest = [each for each in faults or [] if each not in own]
        view = forms.view(definition, given, visible, errors=rest, options=options)
    html = page(
        "trial",
        version,
        "coba.show",
        form=view,
        times=times,
        faults=own,
        state=_shown(version, state) if state else None,
    )
    return make_response(html, 422 if faults else 200)


def _functions() -> Mapping[str, Any]:
    return worktime.functions(worktime.calendar(worktime.NATIONAL, zone=person().zone), now())


def _shown(version: Version, state: dict[str, Any]) -> dict[str, Any]:
    """The state of the game with names in the place of ids and instants in the place of texts."""
    known = bpmn.elements(version.bundle)

    def named(element: str | None) -> str:
        found = known.get(element or "")
        return found.name or found.id if found else element or ""

    waiting = [
        {
            "name": named(each["element"]),
            "kind": words.kind(known[each["element"]].kind) if each["element"] in known else "",
            "role": each["role"],
            "due": _moment(each["due"]),
            "reminder": _moment(each["reminder_at"]),
            "escalation": bool(each["escalation_of"]),
        }
        for each in state["waiting"]
    ]
    return {
        "status": state["status"],
        "now": _moment(state["now"]),
        "waiting": waiting,
        "timers": [{"name": named(each["element"]), "due": _moment(each["due"])} for each in state["timers"]],
        "clocks": [
            {
                "name": each["name"],
                "due": _moment(each["due"]),
                "reminder": _moment(each["reminder_at"]),
                "state": each["keadaan"],
            }
            for each in state["clocks"]
        ],
        "incident": state["incident"],
        "ended": named(state["ended_at"]) if state["ended_at"] else "",
    }


def _moment(text: str | None) -> datetime | None:
    return instant(text) if text else None
