"""Filing for somebody at the counter or on the telephone: the SOP's start form, filled in by an officer."""

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.cases import filing
from engine.errors import FieldError, Invalid, Message, msg
from engine.form import Form
from engine.people.principals import actor_of
from webapp import csrf, forms, refill
from webapp.access import allow, signed_in
from webapp.house import house
from webapp.i18n import current_language
from webapp.officer import filling
from webapp.officer.surroundings import visible, write_local_times
from webapp.visitor import person

blueprint = Blueprint("terima", __name__)
write_local_times(blueprint)
CHANNEL = "_kanal"
OWN_CHANNEL = "kanal"  # the SOP's own question about the channel, where its form has one
CHANNELS: dict[str, Message] = {
    "tatap_muka": msg("At the counter"),
    "telepon": msg("Telephone"),
    "surat": msg("Letter"),
    "surel": msg("E-mail"),
    "whatsapp": msg("WhatsApp"),
    "media_sosial": msg("Social media"),
    "lainnya": msg("Another way"),
}


@blueprint.get("/laporan/baru")
@allow(signed_in)
def choose() -> str:
    """The agency's services that take reports."""
    own = [one for one in filing.services(house()) if one.agency == person().agency_key]
    return render_template("officer/choose_service.html", services=own)


@blueprint.get("/laporan/baru/<process>")
@allow(signed_in)
def begin(process: str) -> Response:
    """The start form on one page."""
    service, form = filing.start_form(house(), person().agency_key, process)
    return _page(service, form, form.defaults())


@blueprint.post("/laporan/baru/<process>")
@allow(signed_in)
@refill.refillable
def file(process: str) -> Response:
    """File it; the page that comes back shows the reporter's code, once. Sent twice, it files once."""
    key = csrf.submitted_key()
    service, form = filing.start_form(house(), person().agency_key, process)
    filled = filling.read(form, {}, intake=True)
    if filled.editing:
        return _page(service, form, filled.answers)
    channel = request.form.get(CHANNEL, "")
    faults = list(filled.faults)
    if form.field(OWN_CHANNEL) is None and channel not in CHANNELS:
        faults.append(FieldError(CHANNEL, msg("Choose how the report came in.")))
    if faults:
        return _page(service, form, filled.answers, faults)
    try:
        filed = filing.file(
            house(),
            filing.Filing(
                agency=service.agency,
                process=process,
                answers=filled.answers,
                key=key,
                scope=f"officer:{person().id}",
                channel=channel if channel in CHANNELS else "petugas",
                language=current_language(),
                actor=actor_of(person()),
            ),
        )
    except Invalid as error:
        return _page(service, form, filled.answers, error.fields or [FieldError("", error.message)])
    html = render_template("officer/receipt.html", filed=filed, service=service)
    return make_response(html)


def _page(
    service: filing.Service, form: Form, answers: dict[str, Any], faults: list[FieldError] | None = None
) -> Response:
    found = [each for each in faults or [] if each.key != CHANNEL]
    view = forms.view(form, answers, visible(form, answers, {}), errors=found)
    wrong = next((each.message for each in faults or [] if each.key == CHANNEL), None)
    html = render_template(
        "officer/intake.html",
        service=service,
        form=view,
        channels=None if form.field(OWN_CHANNEL) else CHANNELS,
        channel=request.form.get(CHANNEL, ""),
        channel_problem=wrong,
        action=url_for("terima.file", process=service.process),
    )
    return make_response(html, 422 if faults else 200)
