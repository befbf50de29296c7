"""The diagrams of a running report: drawn with the token and what is done, each beside its step list."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import bpmn
from engine.bpmn import Element, drawing
from engine.cases import coarse
from engine.cases.views import CaseView
from engine.db import events
from engine.db.history import HISTORY
from engine.db.models import Agency, Person, WorkItem
from engine.runtime import bundles
from engine.runtime.house import House
from engine.states import WorkItemState

LISTED_KINDS = frozenset({"userTask", "manualTask", "serviceTask", "sendTask", "receiveTask"}) | {
    "businessRuleTask",
    "callActivity",
    "subProcess",
    "intermediateCatchEvent",
    "startEvent",
    "endEvent",
}
_EVENT_HOSTS = ("boundaryEvent", "startEvent")


@dataclass(frozen=True)
class StepRow:
    """A step of the diagram: ``mark`` is here, late, problem, done, or empty for one not reached."""

    element: str
    name: str
    lane: str
    mark: str
    who: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    times: int = 0


@dataclass(frozen=True)
class Drawn:
    """One process of the report. ``caller`` names the step that calls it, empty for the SOP's own."""

    process: str
    title: str
    caller: str
    svg: str
    steps: list[StepRow]
    is_here: bool


@dataclass(frozen=True)
class _Standing:
    """Where an instance stands, by element id."""

    here: frozenset[str]
    late: frozenset[str]
    problems: frozenset[str]
    done: frozenset[str]

    def mark(self, element: str) -> str:
        names = (("problem", self.problems), ("late", self.late), ("here", self.here), ("done", self.done))
        return next((name for name, held in names if element in held), "")


def drawn(house: House, report: CaseView, words: Mapping[str, str]) -> list[Drawn]:
    """The SOP's own process first, then those it calls and the report has reached.

    ``words`` gives the word of each mark (``engine.bpmn.drawing.MARKS``) in the reader's language.
    """
    with house.database.read() as session:
        files = bundles.load(session, report.instance.instance.bundle_hash)
        items = _items(session, report)
        if report.case.anonymous:
            own = [item for rows in items.values() for item, _ in rows]
            coarse.tell_items(own, session.get_one(Agency, report.case.agency_id).zone)
        standing = _standing(house, session, report)
    found = []
    for process, xml, title in _sources(files, report.case.process_key):
        inside = {key for key, one in report.program.elements.items() if one.process == process}
        reached = inside & (standing.here | standing.done | standing.late | standing.problems)
        caller = next((one for one in report.program.elements.values() if one.called == process), None)
        if process != report.case.process_key and not reached:
            continue
        marks = tuple((key, standing.mark(key)) for key in sorted(reached))
        found.append(
            Drawn(
                process,
                title or process,
                caller.name if caller and process != report.case.process_key else "",
                _svg(xml, marks, title or process, tuple(words.items())),
                _steps(xml, inside, report.program.elements, standing, items),
                bool(inside & (standing.here | standing.late | standing.problems)),
            )
        )
    return found


def _sources(files: Mapping[str, bytes], first: str) -> list[tuple[str, bytes, str]]:
    """(process, its file, its name), the report's own process first."""
    found = [
        (process.id, data, process.name)
        for path, data in sorted(files.items())
        if path.endswith(".bpmn")
        for process in bpmn.read(data, path).processes
        if not process.empty
    ]
    return sorted(found, key=lambda one: one[0] != first)


def _standing(house: House, session: Session, report: CaseView) -> _Standing:
    elements = report.program.elements
    waiting = [key for key in report.instance.tokens if _holds_token(elements.get(key))]
    now = house.now()
    late = {
        item.element
        for item in report.instance.items
        if item.kind == "task" and item.due_at is not None and item.due_at < now
    }
    own = HISTORY.c.instance_id == report.instance.instance.id
    completed = {event.element for event in events.read(session, own, kinds=("completed",))}
    here = _with_surroundings(waiting, elements)
    done = {key for key in completed if key} - here
    return _Standing(
        frozenset(here),
        frozenset(late),
        frozenset(incident.element for incident in report.instance.incidents),
        frozenset(done),
    )


def _holds_token(element: Element | None) -> bool:
    """Boundary events and starts of event subprocesses wait too, but the flow does not stand there."""
    return element is not None and element.kind not in _EVENT_HOSTS


def _with_surroundings(waiting: list[str], elements: Mapping[str, Element]) -> set[str]:
    """The elements with the token, and each call activity that leads to one."""
    here = set(waiting)
    frontier = {elements[key].process for key in waiting}
    while frontier:
        callers = {one.id for one in elements.values() if one.called in frontier} - here
        frontier = {elements[key].process for key in callers}
        here |= callers
    return here


def _items(session: Session, report: CaseView) -> dict[str, list[tuple[WorkItem, str | None]]]:
    """The tasks that there were, by element, oldest first, each with its person's name."""
    rows = session.execute(
        select(WorkItem, Person.name)
        .outerjoin(
            Person,
            Person.id == WorkItem.assignee_id,
        )
        .where(
            WorkItem.instance_id == report.instance.instance.id,
            WorkItem.kind == "task",
            WorkItem.state != WorkItemState.CANCELLED,
        )
        .order_by(WorkItem.id)
        .limit(1000)
    )
    found: dict[str, list[tuple[WorkItem, str | None]]] = {}
    for item, name in rows:
        found.setdefault(item.element, []).append((item, name))
    return found


def _steps(
    xml: bytes,
    inside: set[str],
    elements: Mapping[str, Element],
    standing: _Standing,
    items: Mapping[str, list[tuple[WorkItem, str | None]]],
) -> list[StepRow]:
    found = []
    for step in _listing(xml):
        mark = standing.mark(step.id)
        if step.id not in inside or (step.kind not in LISTED_KINDS and mark not in ("here", "problem")):
            continue
        own = items.get(step.id, [])
        item, name = own[-1] if own else (None, None)
        found.append(
            StepRow(
                step.id,
                step.name or step.id,
                step.lane or elements[step.id].lane or "",
                mark,
                name,
                item.created_at if item else None,
                item.completed_at if item else None,
                len(own),
            )
        )
    return found


@lru_cache(maxsize=64)
def _listing(xml: bytes) -> tuple[drawing.Step, ...]:
    return tuple(drawing.element_list(xml))


@lru_cache(maxsize=128)
def _svg(
    xml: bytes, marks: tuple[tuple[str, str], ...], title: str, words: tuple[tuple[str, str], ...]
) -> str:
    """The same standing of the same version is drawn once."""
    return drawing.svg(xml, marks=dict(marks), title=title, words=dict(words))
