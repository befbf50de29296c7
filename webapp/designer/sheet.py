"""The SOP-AP sheet (PermenPANRB 35/2012): identity block and flow sheet, generated from the diagram."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint
from flask_babel import gettext as _  # type: ignore[import-untyped]

from engine import bpmn, form
from engine.bpmn import ClockRule, Element, drawing
from engine.bpmn.kinds import bpmn_files
from engine.cases import clocks
from engine.errors import AlurError, Message, msg
from engine.form import Form
from webapp.access import allow
from webapp.deadlines import written_limit
from webapp.designer.frame import Version, designs, open_version, page, write_local_times

blueprint = Blueprint("lembar", __name__)
write_local_times(blueprint)

IDENTITY: tuple[tuple[str, Message], ...] = (
    ("instansi", msg("Agency")),
    ("unit_kerja", msg("Work unit")),
    ("nomor_sop", msg("SOP number")),
    ("tanggal_pembuatan", msg("Made on")),
    ("tanggal_revisi", msg("Revised on")),
    ("tanggal_efektif", msg("In effect from")),
    ("disahkan_oleh", msg("Approved by")),
    ("nama_sop", msg("SOP name")),
    ("dasar_hukum", msg("Legal bases")),
    ("kualifikasi_pelaksana", msg("Qualification of those who carry it out")),
    ("keterkaitan", msg("Related SOPs")),
    ("peralatan_perlengkapan", msg("Equipment")),
    ("peringatan", msg("Warning")),
    ("pencatatan_pendataan", msg("Records")),
)
# The sheet's symbols: capsule, box, diamond, off-page connector.
_SYMBOLS = {
    "startEvent": "⬭",
    "endEvent": "⬭",
    "exclusiveGateway": "◇",
    "inclusiveGateway": "◇",
    "callActivity": "⭔",
}
_GROUPS = ("subProcess", "adHocSubProcess", "transaction")
_TASKS = ("userTask", "manualTask", "serviceTask", "sendTask", "receiveTask", "businessRuleTask", "task")


@dataclass(frozen=True)
class Row:
    """One activity: what is needed for it, how long it may take, and what comes of it."""

    number: int | None
    symbol: str
    name: str
    role: str
    needs: tuple[str, ...]
    limit: str
    output: tuple[str, ...]
    note: tuple[str, ...]


@blueprint.get("/sop/<key>/v/<int:number>/cetak")
@allow(designs)
def show(key: str, number: int) -> str:
    """The sheet, ready to be printed."""
    version = open_version(key, number)
    sop = None
    if "sop.toml" in version.source:
        sop = bpmn.sop.read_sop(version.source["sop.toml"])[0]
    identity = dict(sop.identity) if sop else {}
    return page(
        "sheet",
        version,
        "lembar.show",
        identity=[(label, _lines(identity.get(key))) for key, label in IDENTITY],
        clocks=[(name, _clock(name, clock, version)) for name, clock in sop.clocks.items()] if sop else [],
        rows=_rows(version, {key: role.title for key, role in sop.roles.items()} if sop else {}),
    )


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [f"{key}: {each}" for key, each in value.items()]
    if isinstance(value, list):
        return [str(each) for each in value]
    return [str(value)] if value else []


def _clock(name: str, clock: ClockRule, version: Version) -> list[str]:
    """The limit of a clock, and how long and how often it may stand while the reporter owes an answer."""
    own = {
        each.name or each.id: each.properties[clocks.LONGEST_PAUSE]
        for each in bpmn.elements(version.source).values()
        if clocks.LONGEST_PAUSE in each.properties and (name, clocks.PAUSE) in clocks.parse(each.clock)
    }
    lines = [written_limit(clock.limit)]
    if clock.pause or own:
        longest, most = written_limit(clock.longest_pause or bpmn.sop.LONGEST_PAUSE), clock.most_pauses
        lines.append(
            _("Paused while the reporter owes an answer: %(longest)s at most, %(most)d times at most.",
              longest=longest, most=most)
        )  # fmt: skip
    lines += [
        _("%(name)s: paused %(longest)s at most.", name=key, longest=written_limit(own[key])) for key in own
    ]
    return lines


def _rows(version: Version, titles: Mapping[str, str]) -> list[Row]:
    forms = _forms(version)
    found: list[Row] = []
    count = 0
    for path, data in bpmn_files(version.source):
        read = bpmn.read(data, path)
        if read.root is None:
            continue
        known = bpmn.elements({path: data})
        for step in drawing.element_list(data):
            element = known.get(step.id)
            if element is None or not _is_shown(element):
                continue
            is_task = element.kind in _TASKS or element.kind == "callActivity"
            count += is_task
            timers = [each for each in known.values() if each.host == element.id and each.event == "timer"]
            found.append(_row(count if is_task else None, element, step.lane, forms, titles, timers))
    return found


def _is_shown(element: Element) -> bool:
    """Activities and symbols; a group of steps where it has a time of its own."""
    if element.kind in _GROUPS:
        return element.service_level is not None
    return element.kind in _TASKS or element.kind in _SYMBOLS


def _timer(element: Element) -> str:
    """A timer drawn on a step's border: there is no symbol for it, so it stands in the remarks."""
    limit = written_limit(element.timer)
    if element.interrupting:
        return str(_("After %(limit)s the step ends: %(name)s", limit=limit, name=element.name or element.id))
    return str(_("After %(limit)s: %(name)s", limit=limit, name=element.name or element.id))


def _row(
    number: int | None,
    element: Element,
    lane: str,
    forms: dict[str, Form],
    titles: Mapping[str, str],
    timers: list[Element],
) -> Row:
    own = forms.get(element.form or "")
    inputs = tuple(each.label or each.key for each in own.inputs if each.required) if own else ()
    outputs = tuple(mapping.target for mapping in element.outputs) or _result(element)
    told = [role for role in (element.escalate_to, element.escalate_again) if role]
    late = " ".join(f"→ {titles.get(role) or role}" for role in told)
    group = _("The time of the whole group of steps.") if element.kind in _GROUPS else None
    notes = [group, element.legal_basis, late, *map(_timer, timers), element.documentation]
    return Row(
        number=number,
        symbol=_SYMBOLS.get(element.kind, "▭"),
        name=element.name or element.id,
        role=element.lane or lane,
        needs=inputs or ((element.form,) if element.form else ()),
        limit=written_limit(element.service_level or element.timer),
        output=outputs,
        note=tuple(each for each in notes if each),
    )


def _result(element: Element) -> tuple[str, ...]:
    return tuple(each for each in (element.result_variable, element.message) if each)


def _forms(version: Version) -> dict[str, Form]:
    found = {}
    for path, data in version.bundle.items():
        if path.endswith(".json"):
            try:
                loaded = form.load(data)
            except AlurError:
                continue
            found[loaded.id] = loaded
    return found
