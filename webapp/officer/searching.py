"""The agency's reports: found by number, words of the title, status and class."""

from typing import Any

from flask import Blueprint, render_template, request, url_for

from engine.cases import search as reports
from webapp.access import allow, signed_in
from webapp.citizen.statuses import WORDS
from webapp.house import house
from webapp.officer import showing
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("cari", __name__)
write_local_times(blueprint)
_LONGEST = 200


@blueprint.get("/laporan")
@allow(signed_in)
def search() -> str:
    """A page of reports, newest first."""
    asked: dict[str, Any] = {
        "cari": request.args.get("cari", "").strip()[:_LONGEST],
        "status": request.args.get("status", ""),
        "kelas": request.args.get("kelas", "")[:40],
    }
    if asked["status"] not in WORDS:
        asked["status"] = ""
    after = request.args.get("sesudah", "")[:_LONGEST]
    page = reports.page(
        house(),
        person(),
        reports.Query(asked["cari"], asked["status"] or None, asked["kelas"] or None, after or None),
    )
    filters = {name: value for name, value in asked.items() if value}
    return render_template(
        "officer/search.html",
        asked=asked,
        filters=filters,
        rows=[_row(case) for case in page.cases],
        statuses={key: showing.status_words(key) for key in WORDS},
        classes={key: showing.class_name(key) for key in showing.CLASSES},
        next_url=url_for("cari.search", **filters, sesudah=page.next) if page.next else None,
        first_url=url_for("cari.search", **filters) if after else None,
    )


def _row(case: Any) -> dict[str, Any]:
    """A report as the list shows it; a secret one's title stays closed."""
    return {
        "number": case.case_number,
        "title": None if case.secret else case.title,
        "secret": case.secret,
        "status": showing.status_words(case.status),
        "class": showing.class_name(case.class_),
        "filed_at": case.filed_at,
    }
