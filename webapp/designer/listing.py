"""The agency's SOPs and their versions; a package is uploaded here."""

from typing import Any

from flask import Blueprint, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from engine.bpmn.finding import Finding, Verdict
from engine.catalog import definitions, library, overview, versions
from engine.errors import Invalid, Refused, msg
from webapp import csrf, notices
from webapp.access import allow
from webapp.designer import findings, pictures, uploading, words
from webapp.designer.frame import address, designs, write_local_times
from webapp.house import house
from webapp.i18n import translate
from webapp.visitor import person

blueprint = Blueprint("sop", __name__)
write_local_times(blueprint)
LONGEST_NOTE = 1000
FIRST_SAMPLES = (("sp4n_umum", "sp4n_umum"), ("bpom", "bpom_ulpk"), ("mahkamah_agung", "ma_siwas"))


@blueprint.get("/sop")
@allow(designs)
def overview_page() -> Response:
    """All SOPs, what waits for the visitor as the second person, and three ways to begin."""
    return _overview()


@blueprint.post("/sop")
@allow(designs)
def upload() -> Response:
    """Keep a package as a draft; one that cannot run is shown with its findings and not kept."""
    csrf.submitted_key()
    try:
        files = uploading.files()
    except Invalid as error:
        return _overview([{"id": uploading.FIELD, "text": translate(each.message)} for each in error.fields])
    except Refused as error:
        return _refused(error, {})
    note = request.form.get("catatan", "").strip()[:LONGEST_NOTE]
    try:
        made, verdict = definitions.upload(house(), person(), files, note=note)
    except Refused as error:
        return _refused(error, files)
    return notices.go(address(made), _told(verdict))


@blueprint.get("/sop/<key>", endpoint="versions")
@allow(designs)
def versions_of(key: str) -> str:
    """The versions of one SOP."""
    rows = overview.versions_of(house(), person(), key)
    names = overview.names(
        house(), person(), [each for row in rows for each in (row.uploaded_by, row.decided_by)]
    )
    return render_template(
        "designer/versions.html",
        key=key,
        title=rows[0].title,
        rows=rows,
        counts=versions.open_cases(house(), person()),
        people=names,
        words=words,
        address=address,
    )


def _overview(problems: list[dict[str, str]] | None = None) -> Response:
    rows = overview.sops(house(), person())
    mine = [row for sop in rows for row in sop.waiting if row.uploaded_by != person().id]
    tree = library.built_in()
    html = render_template(
        "designer/overview.html",
        sops=rows,
        for_me=mine,
        samples=[(*each, title_of_sample(tree, *each)) for each in FIRST_SAMPLES],
        people=overview.names(house(), person(), [row.uploaded_by for row in mine]),
        errors=problems or [],
        words=words,
        address=address,
    )
    return make_response(html, 422 if problems else 200)


def title_of_sample(tree: library.Library, agency: str, process: str) -> str:
    """What a built-in package is called."""
    return definitions.title_of(tree.package(agency, process), process)


def _told(verdict: Verdict) -> Any:
    told = {
        "RUN": msg("Kept as a draft. It runs as it is drawn."),
        "FIX": msg("Kept as a draft. Small faults were repaired; each is listed."),
        "ASK": msg("Kept as a draft. It runs once the questions below are answered."),
    }
    return told[str(verdict.verdict)]


def _refused(error: Refused, files: dict[str, bytes]) -> Response:
    listed = [each for each in error.findings if isinstance(each, Finding)]
    shown = findings.shown(listed, files, publishing=False)
    drawn = pictures.pictures(
        files, badges={path: findings.badges(shown, path) for path in files if path.endswith(".bpmn")}
    )
    html = render_template(
        "designer/refused.html",
        reason=error.message,
        findings=shown,
        counts=findings.counts(shown),
        pictures=drawn,
        words=words,
        back=url_for("sop.overview_page"),
    )
    return make_response(html, 422)
