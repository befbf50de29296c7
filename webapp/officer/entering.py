"""Messages that an SOP takes from an officer's hand, each in its own form."""

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import entries, views
from engine.cases.entries import Entry
from engine.errors import FieldError, Invalid, NotFound, msg
from webapp import csrf, forms, notices, refill
from webapp.access import allow, signed_in
from webapp.house import house
from webapp.officer import filling, showing
from webapp.officer.surroundings import visible, write_local_times
from webapp.visitor import person

blueprint = Blueprint("pesan", __name__)
write_local_times(blueprint)


@blueprint.get("/laporan/<number>/pesan/<name>")
@allow(signed_in)
def ask(number: str, name: str) -> Response:
    """The message's form, while the report waits for it."""
    entry = _entry(number, name)
    return _page(number, entry, entry.form.defaults())


@blueprint.post("/laporan/<number>/pesan/<name>")
@allow(signed_in)
@refill.refillable
def enter(number: str, name: str) -> Response:
    """Hand the message to the report."""
    csrf.submitted_key()
    entry = _entry(number, name)
    filled = filling.read(entry.form, {})
    if filled.editing:
        return _page(number, entry, filled.answers)
    if filled.faults:
        return _page(number, entry, filled.answers, filled.faults)
    try:
        entries.enter(house(), person(), number, name, filled.answers)
    except Invalid as error:
        return _page(number, entry, filled.answers, error.fields or [FieldError("", error.message)])
    return notices.go(url_for("laporan.show", number=number), msg("Recorded: %(label)s.", label=entry.label))


def _entry(number: str, name: str) -> Entry:
    found = next((one for one in entries.open_entries(house(), person(), number) if one.name == name), None)
    if found is None:
        raise NotFound(msg("The report does not wait for this now."))
    return found


def _page(
    number: str, entry: Entry, answers: dict[str, Any], faults: list[FieldError] | None = None
) -> Response:
    view = forms.view(
        entry.form,
        answers,
        visible(entry.form, answers, entry.context),
        errors=faults or (),
        options=entry.choices,
    )
    html = render_template(
        "officer/entry.html",
        number=number,
        entry=entry,
        form=view,
        action=request.path,
        clocks=showing.resumed_by(views.report(house(), person(), number), entry.name),
    )
    return make_response(html, 422 if faults else 200)
