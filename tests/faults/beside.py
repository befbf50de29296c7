"""Faulty definitions beside healthy cases, and a case that goes round and round: T10.

A fault is refused when it is uploaded, or tells an operator when it comes to it; nobody else feels it.
"""

from pathlib import Path

from sqlalchemy import select

from engine import bpmn
from engine.cases.filing import Filing, file
from engine.cases.opening import Opening, active_definition, open_case
from engine.db.models import Incident, Instance, WorkItem
from engine.people.principals import SYSTEM
from engine.runtime import jobs, work_items
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import IncidentState, InstanceState
from engine.upkeep import audit
from tests.conformance.bpmn.kit import E, S, node, process, user
from tests.faults import world
from tests.faults.drill import place
from tests.faults.drill.judge import judge
from tests.faults.faulty import definitions
from tests.faults.outcome import Outcome
from tests.support.agency import open_house, principal, put_files_in_force

ROUND = process(
    S,
    user("a"),
    node("exclusiveGateway", "g"),
    E,
    flows="s>a a>g g>a:=lagi=true g>e:=lagi=false",
    name="putar",
)


def prove(url: str, folder: Path, healthy: int, every: int = 1) -> Outcome:
    """So many healthy cases beside every faulty definition (or each ``every``-th)."""
    faulty = list(definitions())[::every]
    outcome = Outcome("faulty definitions", f"{len(faulty)} beside {healthy} cases")
    house, _ = open_house(url, folder / "data")
    try:
        place.furnish(house)
        keys = [f"k{number}" for number in range(healthy)]
        for key in keys:
            file(house, Filing(place.AGENCY, place.PROCESS, {"judul": key}, key))
        refused = {
            name for number, (name, data) in enumerate(faulty) if not _deploy(house, f"f{number}", data)
        }
        place.bring_to_an_end(house)
        _go_on(house)
        _all_told(house, {f"f{number}": name for number, (name, _) in enumerate(faulty)}, refused, outcome)
        found = judge(house, keys)
        outcome.lost, outcome.twice = len(found.lost), len(found.twice)
        outcome.faults += found.lost + found.twice
        outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
    finally:
        house.database.close()
    return outcome


def _deploy(house: House, key: str, data: bytes) -> bool:
    """Check a definition as an upload is checked; in force and begun once when it may run."""
    found = bpmn.check({"p.bpmn": data.replace(b'id="p"', f'id="{key}"'.encode())})
    if not found.runs:
        return False
    agency_id = principal(house, place.OFFICER).agency_id
    put_files_in_force(house, agency_id, key, found.files)
    with house.database.write() as session:
        definition = active_definition(session, agency_id, key)
        assert definition is not None
        open_case(house, session, definition, Opening(report={}, extra={"n": 1}), SYSTEM)
    return True


def _go_on(house: House) -> None:
    """Lead every faulty case to its fault: what stands before it is done."""
    while jobs.run_due(house):
        continue
    with house.database.read() as session:
        items = session.scalars(select(WorkItem.id).where(WorkItem.element == "a", WorkItem.state == "open"))
        before = list(items)
    for item_id in before:
        with house.database.write() as session:
            item = session.get_one(WorkItem, item_id)
            step = Step.open(house, session, item.instance_id, SYSTEM)
            work_items.finish(step, next(one for one in step.rows.items if one.id == item_id), {}, None)


def _all_told(house: House, names: dict[str, str], refused: set[str], outcome: Outcome) -> None:
    """Each fault was refused, or stands as an open incident of its own case."""
    with house.database.read() as session:
        states = {
            instance.process_key: instance.state
            for instance in session.scalars(select(Instance).where(Instance.process_key.in_(names)))
        }
        incidents = set(
            session.scalars(
                select(Instance.process_key)
                .join(Incident, Incident.instance_id == Instance.id)
                .where(Incident.state == IncidentState.OPEN)
            )
        )
    for key, name in names.items():
        if name not in refused and key not in incidents:
            outcome.missed += 1
            outcome.faults.append(f"nobody is told of {name}: {states[key]}")
    outcome.note = f"{len(refused)} refused, {len(incidents)} incidents"


def go_round(url: str, folder: Path, rounds: int) -> Outcome:
    """One case comes to the same task so often; its state must not grow, and it ends when it is told to."""
    outcome = Outcome("loop", f"{rounds} rounds")
    house, _ = open_house(url, folder / "data")
    try:
        place.furnish(house)
        who = principal(house, place.OFFICER)
        put_files_in_force(house, who.agency_id, "putar", {"p.bpmn": ROUND})
        instance_id = world.open_bare(house, who.agency_id, "putar")
        sizes = [_round(house, instance_id, number < rounds) for number in range(1, rounds + 1)]
        with house.database.read() as session:
            state = session.get_one(Instance, instance_id).state
        if state != InstanceState.COMPLETED:
            outcome.faults.append(f"the case is {state}")
        if max(sizes) > 2 * sizes[0]:
            outcome.faults.append(f"its state grew from {sizes[0]} to {max(sizes)} bytes")
        outcome.note = f"state {min(sizes)}–{max(sizes)} bytes"
        outcome.faults += [f"audit: {each}" for each in audit.verify(house)]
    finally:
        house.database.close()
    return outcome


def _round(house: House, instance_id: str, again: bool) -> int:
    with house.database.write() as session:
        step = Step.open(house, session, instance_id, SYSTEM)
        (item,) = step.rows.items
        work_items.finish(step, item, {"lagi": again}, None)
        return len(step.instance.blob)
