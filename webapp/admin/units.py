"""The units of the agency: listed, added, changed, closed."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as Answer

from engine.errors import NotFound, msg
from engine.people import agencies
from webapp import csrf, notices, refill
from webapp.access import allow
from webapp.admin.filling import Attempt, administers, attempt, confirm, cut, key_of, page, typed
from webapp.house import house
from webapp.visitor import person

blueprint = Blueprint("kelola_unit", __name__)
FIELDS = {"key": "kunci", "name": "nama", "parent": "di_atas"}


@dataclass(frozen=True)
class Row:
    """A unit with the names of the units above it, the highest first."""

    unit: Any
    above: tuple[str, ...]

    @property
    def sort(self) -> str:
        """By name, as the list is paged."""
        return f"{self.unit.name.lower()} {self.unit.key}"


@blueprint.get("/kelola/unit")
@allow(administers)
def listing() -> Response:
    """All units by name, a page at a time."""
    rows, following = cut(sorted(_rows(), key=lambda row: row.sort), lambda row: row.sort)
    return page("admin/units.html", rows=rows, following=following)


@blueprint.get("/kelola/unit/baru")
@allow(administers)
def new() -> Response:
    """The form of a new unit."""
    return _form({})


@blueprint.post("/kelola/unit/baru")
@refill.refillable
@allow(administers)
def add() -> Answer:
    """Add a unit; its key is made from its name when none is given."""
    values = typed("kunci", "nama", "di_atas")
    if refill.is_review():
        return _form(values)
    key = values["kunci"] or key_of(values["nama"])
    found = attempt(
        lambda: agencies.save_unit(
            house(), person(), key, values["nama"], values["di_atas"] or None, fresh=True
        ),
        FIELDS,
        taken="kunci",
    )
    if not found.done:
        return _form(values, found)
    return notices.go(
        url_for("kelola_unit.listing"), msg("The unit %(name)s was added.", name=values["nama"])
    )


@blueprint.get("/kelola/unit/<key>")
@allow(administers)
def show(key: str) -> Response:
    """A unit to change."""
    unit = _unit(key)
    above = next((row.key for row in _units() if row.id == unit.parent_id), "")
    return _form({"nama": unit.name, "di_atas": above}, unit=unit)


@blueprint.post("/kelola/unit/<key>")
@refill.refillable
@allow(administers)
def change(key: str) -> Answer:
    """Change its name or the unit above it."""
    unit, values = _unit(key), typed("nama", "di_atas")
    if refill.is_review():
        return _form(values, unit=unit)
    found = attempt(lambda: _save(unit, values["nama"], values["di_atas"], unit.active), FIELDS)
    if not found.done:
        return _form(values, found, unit=unit)
    return notices.go(
        url_for("kelola_unit.listing"), msg("The unit %(name)s was changed.", name=values["nama"])
    )


@blueprint.get("/kelola/unit/<key>/tutup")
@allow(administers)
def ask_to_close(key: str) -> Response:
    """Ask before a unit is closed."""
    unit = _unit(key)
    return confirm(
        heading=_("Close the unit %(name)s?", name=unit.name),
        lines=[
            _("Nobody can be put into it any more. Its people, reports and history stay as they are."),
            _("You can open it again at any time."),
        ],
        button=_("Close the unit"),
        back=url_for("kelola_unit.show", key=key),
        tab="kelola_unit",
    )


@blueprint.post("/kelola/unit/<key>/tutup")
@allow(administers)
def close(key: str) -> Answer:
    """Close a unit."""
    return _set_active(key, False, msg("The unit was closed."))


@blueprint.post("/kelola/unit/<key>/buka")
@allow(administers)
def reopen(key: str) -> Answer:
    """Open a closed unit again."""
    return _set_active(key, True, msg("The unit is open again."))


def _set_active(key: str, active: bool, told: Any) -> Answer:
    csrf.submitted_key()
    unit = _unit(key)
    above = next((row.key for row in _units() if row.id == unit.parent_id), "")
    _save(unit, unit.name, above, active)
    return notices.go(url_for("kelola_unit.listing"), told)


def _save(unit: Any, name: str, above: str, active: bool) -> Any:
    return agencies.save_unit(house(), person(), unit.key, name, above or None, active, fresh=False)


def _form(values: dict[str, str], found: Attempt | None = None, unit: Any = None) -> Response:
    choices = [(row.key, row.name) for row in _units() if row.active and (unit is None or row.id != unit.id)]
    values.setdefault("di_atas", request.args.get("di_atas", ""))
    return page("admin/unit.html", found, values=values, unit=unit, choices=choices)


def _units() -> list[Any]:
    return list(agencies.units(house(), person()))


def _unit(key: str) -> Any:
    for row in _units():
        if row.key == key:
            return row
    raise NotFound(msg("There is no unit %(key)s.", key=key))


def _rows() -> list[Row]:
    units = {row.id: row for row in _units()}
    return [Row(row, _above(row, units)) for row in units.values()]


def _above(unit: Any, units: dict[str, Any]) -> tuple[str, ...]:
    names: list[str] = []
    while (unit := units.get(unit.parent_id or "")) is not None and len(names) < len(units):
        names.insert(0, unit.name)
    return tuple(names)
