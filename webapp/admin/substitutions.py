"""Absences: who is away, and who receives their tasks; set by oneself, or by an administrator."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]
from werkzeug.wrappers import Response as Answer

from engine.errors import Message, msg
from engine.people import staff, substitutions
from engine.people.substitutions import Standing
from webapp import csrf, notices, refill
from webapp.access import allow, signed_in
from webapp.admin import filling
from webapp.admin.filling import Attempt, administers, attempt, confirm, page, typed
from webapp.house import house, now
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("wakil", __name__)
write_local_times(blueprint)
FIELDS = {"deputy": "wakil", "since": "mulai", "until": "sampai", "reason": "alasan"}


@blueprint.get("/saya/wakil")
@allow(signed_in)
def own() -> Response:
    """Where I am away, whom I stand for, and the form to write an absence down."""
    return _page(str(person().id), {})


@blueprint.post("/saya/wakil")
@refill.refillable
@allow(signed_in)
def name_own() -> Answer:
    """I am away, with a deputy or without."""
    return _set(str(person().id))


@blueprint.get("/kelola/orang/<person_id>/wakil")
@allow(administers)
def of_person(person_id: str) -> Response:
    """Where this person is away and whom they stand for."""
    return _page(person_id, {})


@blueprint.post("/kelola/orang/<person_id>/wakil")
@refill.refillable
@allow(administers)
def name_for(person_id: str) -> Answer:
    """Somebody else is away, with a deputy or without."""
    return _set(person_id)


@blueprint.get("/wakil/<substitution_id>/akhiri")
@allow(signed_in)
def ask_to_end(substitution_id: str) -> Response:
    """Ask before an absence ends."""
    found = substitutions.of(house(), person(), substitution_id)
    heading = _("End the absence of %(absent)s?", absent=found.absent)
    lines = [_("From now on %(absent)s counts as present.", absent=found.absent)]
    if found.deputy:
        heading = _(
            "End the substitution of %(absent)s by %(deputy)s?", absent=found.absent, deputy=found.deputy
        )
        lines = [
            _("The deputy sees these tasks no more. What the deputy has taken stays until it is handed back.")
        ]
    return confirm(
        heading=heading,
        lines=lines,
        button=_("End the substitution") if found.deputy else _("End the absence"),
        back=_address(found.row.absent_id),
        tab=_tab(found.row.absent_id),
    )


@blueprint.post("/wakil/<substitution_id>/akhiri")
@allow(signed_in)
def end(substitution_id: str) -> Answer:
    """End an absence."""
    csrf.submitted_key()
    row = substitutions.end(house(), person(), substitution_id)
    return notices.go(
        _address(row.absent_id),
        msg("The substitution has ended.") if row.deputy_id else msg("The absence has ended."),
    )


def _set(person_id: str) -> Answer:
    values = typed("wakil", "mulai", "sampai", "alasan")
    if refill.is_review():
        return _page(person_id, values)
    found = attempt(lambda: _substitute(person_id, values), FIELDS, taken="wakil")
    if not found.done:
        return _page(person_id, values, found)
    return notices.go(_address(person_id), _done(found.done.deputy_id, found.done.until))


def _done(deputy_id: str | None, until: datetime) -> Message:
    last = filling.last_day(until)
    if deputy_id:
        return msg("The deputy receives the tasks until %(day)s.", day=last)
    return msg("Written down as away until %(day)s; colleagues answer, or the next level.", day=last)


def _substitute(person_id: str, values: dict[str, str]) -> Any:
    until = filling.end_of(values["sampai"])
    if until is None:
        raise filling.fault("until", msg("Write a date, for example 2026-04-01."))
    since = filling.first_moment(values["mulai"])
    who = person()
    return substitutions.substitute(house(), who, person_id, values["wakil"], since, until, values["alasan"])


def _page(person_id: str, values: dict[str, str], found: Attempt | None = None) -> Response:
    who, _held = staff.person(house(), person(), person_id)
    rows = substitutions.concerning(house(), person(), person_id)
    return page(
        "admin/substitution.html",
        found,
        tab=_tab(person_id),
        who=who,
        mine=person_id == person().id,
        away=[each for each in rows if each.row.absent_id == person_id],
        standing=[each for each in rows if each.row.deputy_id == person_id],
        running=_running,
        choices=[(one.login, one.name) for one in substitutions.choices(house(), person(), person_id)],
        last_day=filling.last_day,
        today=filling.today_here().isoformat(),
        values=values,
    )


def _running(each: Standing) -> bool:
    return each.row.since <= now()


def _tab(person_id: str) -> str:
    """One's own pages stand under the account, also for administrators."""
    return "saya" if person_id == person().id else "kelola_orang"


def _address(person_id: str) -> str:
    if person_id == person().id or "admin" not in person().roles:
        return url_for("wakil.own")
    return url_for("wakil.of_person", person_id=person_id)
