"""The roles that an agency's SOPs name: what its role catalogue is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine import bpmn
from engine.bpmn import sop
from engine.catalog import versions
from engine.states import DefinitionState
from webapp.house import house
from webapp.visitor import person

REPORTER = "pelapor"  # a lane of many SOPs, but nobody's role
MOST_VERSIONS = 200
KEPT = 256
LIVE = (
    DefinitionState.ACTIVE,
    DefinitionState.DRAFT,
    DefinitionState.SUBMITTED,
    DefinitionState.REJECTED,
)

_read: dict[str, Mapping[str, "_Mention"]] = {}


@dataclass(frozen=True)
class _Mention:
    """A role in one version: its title (jabatan), unit and note, and the user tasks drawn for it."""

    title: str = ""
    unit: str = ""
    note: str = ""
    steps: tuple[str, ...] = ()


@dataclass
class Named:
    """A role that SOPs name: ``in_force`` and ``drafts`` hold their titles."""

    key: str
    title: str = ""
    note: str = ""
    in_force: dict[str, tuple[str, ...]] = field(default_factory=dict)
    drafts: list[str] = field(default_factory=list)


def named_roles() -> dict[str, Named]:
    """Every role that the agency's SOPs in force or in the making name, by key."""
    found: dict[str, Named] = {}
    for row in versions.listing(house(), person(), limit=MOST_VERSIONS):
        if row.state not in LIVE:
            continue
        for key, mention in _mentions(row.bundle_hash, row.id).items():
            entry = found.setdefault(key, Named(key))
            entry.title = entry.title or mention.title
            entry.note = entry.note or mention.note or mention.unit
            if row.state == DefinitionState.ACTIVE:
                entry.in_force[row.title] = mention.steps
            elif row.title not in entry.drafts:
                entry.drafts.append(row.title)
    return dict(sorted(found.items()))


def _mentions(bundle: str, definition_id: str) -> Mapping[str, _Mention]:
    """The roles of one version; a bundle's files never change, so they are read once."""
    if bundle not in _read:
        if len(_read) >= KEPT:
            _read.clear()
        _read[bundle] = read(versions.files(house(), person(), definition_id))
    return _read[bundle]


def read(files: Mapping[str, bytes]) -> Mapping[str, _Mention]:
    """The roles that a package names: its ``[peran]`` table, superiors, lanes and escalations."""
    table, _ = sop.read_sop(files["sop.toml"]) if "sop.toml" in files else (None, [])
    steps: dict[str, list[str]] = {}
    for element in bpmn.elements(files).values():
        if element.kind == "userTask":
            candidates = element.candidates
            own = candidates if isinstance(candidates, tuple) else (element.role,) if not candidates else ()
            for role in own:
                steps.setdefault(role or "", []).append(element.name or element.id)
        for role in element.told_late:
            steps.setdefault(role, [])
    titles = dict(table.roles) if table else {}
    superiors = {*table.superiors, *table.superiors.values()} if table else set()
    keys = (set(titles) | set(steps) | superiors) - {"", REPORTER}
    return {key: _mention(titles.get(key, sop.Role()), steps.get(key, [])) for key in sorted(keys)}


def _mention(role: sop.Role, steps: list[str]) -> _Mention:
    return _Mention(role.title, role.unit, role.note, tuple(dict.fromkeys(steps)))
