"""Which cases are saved, and where each stands: scenarios of the seven SOPs, and drawings for the rest."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import select

from engine import bpmn
from engine.cases import scenarios
from engine.cases.attachments import ID_PATTERN
from engine.cases.play import Player
from engine.catalog import library
from engine.clock import instant
from engine.db.migrate import config
from engine.db.models import Incident, Instance
from engine.people.principals import OPERATOR, Principal
from engine.runtime import operations
from engine.runtime.program import Programs
from tests.conformance.bpmn.kit import START
from tests.golden.drawings import DRAWINGS
from tests.golden.saved import Release, Saved, rows_of

SECRET = "played"  # the key of every played case
OF_EACH = 3  # cases of each SOP and each drawing
DRAWN = "p"  # the process of every drawing
PROGRAMS = Programs()

Step = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """A whole course of a case."""

    id: str
    process: str
    files: Mapping[str, bytes]
    start: str
    steps: Sequence[Step]

    @property
    def group(self) -> str:
        """The SOP, or the drawing itself."""
        return self.id if self.process == DRAWN else self.process

    def player(self) -> Player:
        return Player(self.files, self.process, instant(self.start), programs=PROGRAMS)


def stories() -> Iterator[Story]:
    """Every scenario of the built-in SOPs, then every drawing."""
    tree = library.built_in()
    for agency, process in tree.names():
        files = library.assemble(tree.package(agency, process), tree.resolve)
        for one in scenarios.read(files["scenarios.toml"]) if "scenarios.toml" in files else ():
            yield Story(one.id, process, files, one.start, one.steps)
    for name, (data, steps) in DRAWINGS.items():
        found = bpmn.check({"p.bpmn": data})
        assert found.runs, [(one.id, str(one.message)) for one in found.findings]
        yield Story(name, DRAWN, found.files, START.isoformat(), steps)


def save(release: str) -> Release:
    """Cases that stand as none did before; of each process those of stories that end come first."""
    script = ScriptDirectory.from_config(config("sqlite://"))
    kept = Release(release, str(script.get_current_head()), SECRET, {}, [])
    told = [(story, *_stops(story)) for story in stories()]
    seen: set[frozenset[str]] = set()
    saved: Counter[str] = Counter()
    for story, stops, _ in sorted(told, key=lambda one: not one[2]):
        for count, waits in stops[:-1]:
            if waits in seen or saved[story.group] == OF_EACH:
                continue
            seen.add(waits)
            saved[story.group] += 1
            kept.states.append(_saved(story, count, waits))
            kept.bundles[kept.states[-1].bundle] = {path: data.decode() for path, data in story.files.items()}
    return kept


def apply(player: Player, step: Step) -> None:
    """A step of ``alur play``, or an operator's ``retry`` of the element whose incident is open."""
    if "retry" not in step:
        player.apply(step)
        return
    house = player.house
    with house.database.read() as session:
        incident = session.scalars(select(Incident).where(operations.IS_OPEN)).one()
        agency_id = incident.agency_id
    assert incident.element == step["retry"]
    operator = Principal(None, "operator", "", agency_id, "", "", frozenset({OPERATOR}))
    operations.retry(house, operator, incident.id, dict(step.get("with") or {}))


def _stops(story: Story) -> tuple[list[tuple[int, frozenset[str]]], bool]:
    """After how many steps the story waits for what, and whether it ends."""
    player, found = story.player(), []
    try:
        for count, step in enumerate(story.steps, 1):
            apply(player, step)
            found.append((count, waits_of(story.group, player.state())))
        return found, player.state()["status"] == "completed"
    finally:
        player.close()


def waits_of(group: str, state: Mapping[str, Any]) -> frozenset[str]:
    """What a case waits for, told so that kinds of waiting can be counted."""
    waits = {f"{group}: {wait['kind']} {wait['element']}" for wait in state["waiting"]}
    if state["incident"]:
        waits.add(f"{group}: incident {state['incident']['element']}")
    waits |= {f"{group}: clock {clock['state']}" for clock in state["clocks"]}
    waits |= {f"{group}: timer {timer['element']}" for timer in state["timers"]}
    return frozenset(waits)


def _saved(story: Story, count: int, waits: frozenset[str]) -> Saved:
    player = story.player()
    try:
        for step in story.steps[:count]:
            apply(player, step)
        connection = player.house.database.engine.raw_connection()
        try:
            rows = rows_of(connection.driver_connection)  # type: ignore[arg-type]
        finally:
            connection.close()
        with player.house.database.read() as session:
            bundle = session.scalars(select(Instance.bundle_hash)).one()
        now, rest = player.clock.now(), [dict(step) for step in story.steps[count:]]
        for step in rest:
            apply(player, step)
        return Saved(
            id=f"{story.id}@{count}",
            process=story.process,
            instance=str(player.instance_id),
            bundle=bundle,
            now=now.isoformat(),
            waits=sorted(waits),
            rows=rows,
            steps=rest,
            end=end_of(player),
        )
    finally:
        player.close()


def end_of(player: Player) -> dict[str, Any]:
    """What a case has come to, in words that a later release must find again."""
    state = player.state()
    return {
        "status": state["status"],
        "ended_at": state["ended_at"],
        "waiting": _sorted([wait["element"], wait["kind"], wait["due"]] for wait in state["waiting"]),
        "timers": _sorted([timer["element"], timer["due"]] for timer in state["timers"]),
        "clocks": _sorted([clock["name"], clock["state"], clock["due"]] for clock in state["clocks"]),
        "happened": [f"{row['event']} {row['element']}" for row in state["trace"]],
        "data": {key: _lasting(value) for key, value in state["data"].items() if key != "nomor_lacak"},
    }


def _lasting(value: Any) -> Any:
    """A value that comes again; a fresh id does not."""
    return "an id" if isinstance(value, str) and ID_PATTERN.fullmatch(value) else value


def _sorted(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """In an order that does not depend on ids; some hold None."""
    return sorted(rows, key=repr)
