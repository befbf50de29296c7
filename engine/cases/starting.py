"""Cases that begin without a report: by a timer at the start of a process, or a signal of another case."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.cases.opening import Opening, open_case
from engine.db.models import Definition, OutboxEntry
from engine.errors import AlurError, msg
from engine.people.principals import SYSTEM
from engine.runtime import incidents, signals, starts
from engine.runtime.house import Channel, House
from engine.runtime.step import Step
from engine.states import DefinitionState

CHANNEL = "sistem"
DEPTH = 20
"""Cases that a first one begins by signals, each the next: more is taken for a loop without an end."""


def observe(step: Step) -> None:
    """A thrown signal also starts every process of the agency that begins with it."""
    for happening in step.happenings:
        if happening.kind == signals.THROWN:
            for definition, start in _waiting(step, happening.name):
                payload: dict[str, Any] = {"definition": definition.id, "start": start}
                payload |= {"signal": happening.name, "variables": happening.data.get("payload", {})}
                key = f"{starts.KIND}:{step.house.new_id(step.now)}"
                step.tell(starts.KIND, key, definition.process_key, payload)


def _waiting(step: Step, name: str) -> Iterator[tuple[Definition, str]]:
    """The versions in force that begin with the signal, and where."""
    in_force = select(Definition).where(
        Definition.agency_id == step.instance.agency_id, Definition.state == DefinitionState.ACTIVE
    )
    for definition in step.session.scalars(in_force.order_by(Definition.process_key)):
        program = step.house.programs.get(step.session, definition.bundle_hash)
        start = program.start_at(definition.process_key, "signal", name)
        if start is not None:
            yield definition, start.id


def begin(house: House, session: Session, entry: OutboxEntry) -> None:
    """Open the case that is due, if its version is still in force, and wind its timer again."""
    payload = entry.payload
    definition = session.get_one(Definition, payload["definition"])
    if definition.state != DefinitionState.ACTIVE:
        return
    opening = Opening(
        report={},
        extra=payload.get("variables", {}),
        channel=CHANNEL,
        received=payload.get("signal"),
        start_event=payload["start"],
    )
    _, step = open_case(house, session, definition, opening, SYSTEM)
    _bound(session, step, payload)
    timer = starts.timer_of(payload)
    if timer is not None:
        starts.wind_again(house, session, definition, timer)


def _bound(session: Session, step: Step, payload: dict[str, Any]) -> None:
    """Count how many cases have begun each other without a pause; too many end with an incident."""
    session.flush()
    thrown = (OutboxEntry.instance_id == step.instance.id, OutboxEntry.kind == starts.KIND)
    begun = list(session.scalars(select(OutboxEntry).where(*thrown)))
    depth = payload.get("depth", 1) + 1
    if begun and depth > DEPTH:
        session.execute(delete(OutboxEntry).where(*thrown))
        fault = AlurError(msg("Cases begin each other by signals without an end."))
        incidents.open_incident(step, payload["start"], "budget", fault, stops=False)
        step.keep_history()
        return
    for entry in begun:
        entry.payload = {**entry.payload, "depth": depth}


CHANNELS: dict[str, Channel] = {starts.KIND: begin}
