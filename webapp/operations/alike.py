"""All incidents of one cause: looked at, tried again, given up; a batch at each press of a button."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from engine.errors import Invalid, msg
from engine.runtime import alike, operations
from engine.runtime.alike import Dealt
from webapp import csrf, notices
from webapp.access import allow
from webapp.house import house
from webapp.i18n import translate
from webapp.operations.pages import case_number, operates, use_own_zone
from webapp.visitor import person

blueprint = Blueprint("sejenis", __name__)
blueprint.before_request(use_own_zone)
LISTED = 20
LONGEST_COUNT = 9


@blueprint.get("/operasi/insiden/<incident_id>/sejenis")
@allow(operates)
def ask(incident_id: str) -> Response:
    """How many incidents are of the same cause, some of them, and what can be done with all."""
    return _page(incident_id)


@blueprint.post("/operasi/insiden/<incident_id>/sejenis/ulang")
@allow(operates)
def retry(incident_id: str) -> Answer:
    """Try a batch again."""
    csrf.submitted_key()
    return _go_on(incident_id, "ulang", alike.retry(house(), person(), incident_id, *_place()))


@blueprint.post("/operasi/insiden/<incident_id>/sejenis/batal")
@allow(operates)
def cancel(incident_id: str) -> Answer:
    """Give up a batch; the cases go on without it."""
    csrf.submitted_key()
    reason = request.form.get("alasan", "")
    try:
        dealt = alike.cancel(house(), person(), incident_id, reason, *_place())
    except Invalid as error:
        return _page(incident_id, 422, typed=reason, problem=translate(error.fields[0].message))
    return _go_on(incident_id, "batal", dealt, typed=reason)


def _place() -> tuple[str, str | None]:
    """Up to which incident, and behind which, the operator goes on."""
    return request.form.get("sampai", "")[:26], request.form.get("sesudah", "")[:26] or None


def _go_on(incident_id: str, what: str, dealt: Dealt, typed: str = "") -> Answer:
    earlier = request.form.get("sudah", "")[:LONGEST_COUNT]
    done = (int(earlier) if earlier.isdigit() else 0) + dealt.done
    if dealt.after is not None:
        return _page(incident_id, sesudah=dealt.after, sudah=done, lanjut=what, typed=typed)
    failed = dealt.again + dealt.refused
    if failed:
        words = msg("%(failed)s of them failed again or were changed meanwhile.", failed=failed)
    elif what == "ulang":
        words = msg("%(done)s were tried again.", done=done)
    else:
        words = msg("%(done)s were given up.", done=done)
    return notices.go(url_for("operasi.overview"), words, "warn" if failed else "ok")


def _page(incident_id: str, status: int = 200, **shown: Any) -> Response:
    found = operations.incident(house(), person(), incident_id)
    group = alike.group(house(), person(), incident_id)
    rows = operations.incidents(house(), person(), cause=found.incident.fingerprint, limit=LISTED)
    html = render_template(
        "operations/alike.html",
        group=group,
        rows=[(row, case_number(row.instance_id)) for row in rows],
        may_drop=operations.incident(house(), person(), group.newest.id).may_drop,
        sampai=request.form.get("sampai") or group.newest.id,
        **shown,
    )
    return make_response(html, status)
