"""The topics that Alur answers itself: similar reports, sending the answer, closing, case clocks."""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select

from engine import worktime
from engine.cases import clocks, correspondence, current
from engine.cases.clocks import EXTEND
from engine.db import words
from engine.db.models import AccusedPerson, AccusedUnit, Agency, Case, CaseWord
from engine.errors import Invalid, msg
from engine.runtime import deadlines
from engine.runtime.accused import accused_of, accused_units_of
from engine.runtime.house import Connector
from engine.runtime.step import Step
from engine.spiff import Wait
from engine.states import DeadlineState

SIMILAR_AT_MOST = 10
WORDS_COMPARED = 6
SHORTEST_WORD = 5


def find_similar(step: Step, wait: Wait) -> dict[str, Any]:
    """``alur.cari_serupa``: the agency's earlier reports with like titles; never secret ones."""
    context = {**step.run.context(wait.id), **(wait.variables or {})}
    laporan = context.get("laporan")
    report = laporan if isinstance(laporan, dict) else context
    looked_for = significant_words(str(report.get("judul") or report.get("isi_laporan") or ""))
    # Who handles this report may be accused by another one, unless both accuse the same.
    safe = _accuses_nobody_else(step)
    rows = {
        row.case_number: row
        for word in looked_for
        for row in step.session.execute(_with_word(step, word).where(*safe))
    }
    alike = {
        number: len(set(looked_for).intersection(words.folded(row.title))) for number, row in rows.items()
    }
    best = sorted(rows.values(), key=lambda row: row.id, reverse=True)
    best = sorted((row for row in best if alike[row.case_number]), key=lambda row: -alike[row.case_number])
    return {
        "calon_duplikat": [{"nomor": row.case_number, "judul": row.title} for row in best[:SIMILAR_AT_MOST]]
    }


def _accuses_nobody_else(step: Step) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a report that it accuses no person and no unit but those whom this one accuses."""
    people, units = (
        accused_of(step.session, step.instance.id),
        accused_units_of(step.session, step.instance.id),
    )
    return (
        ~exists().where(
            AccusedPerson.instance_id == Case.instance_id, AccusedPerson.person_id.not_in(sorted(people))
        ),
        ~exists().where(AccusedUnit.instance_id == Case.instance_id, AccusedUnit.unit.not_in(sorted(units))),
    )


def _with_word(step: Step, word: str) -> Select[str, str, str]:
    """The agency's newest other reports with this word, none of them secret."""
    code = select(Agency.code).where(Agency.id == step.instance.agency_id).scalar_subquery()
    return (
        select(Case.id, Case.case_number, Case.title)
        .join(CaseWord, CaseWord.case_id == Case.id)
        .where(
            CaseWord.agency == code,
            CaseWord.word == word,
            Case.instance_id != step.instance.id,
            Case.secret.is_(False),
        )
        .order_by(CaseWord.case_id.desc())
        .limit(SIMILAR_AT_MOST * 5)
    )


def significant_words(text: str) -> list[str]:
    """The longest words of a title, each once: short ones say little."""
    long = [word for word in words.folded(text) if len(word) >= SHORTEST_WORD]
    return sorted(long, key=lambda word: (-len(word), word))[:WORDS_COMPARED]


def send_answer(step: Step, wait: Wait) -> dict[str, Any]:
    """``alur.kirim_tanggapan``: the answer becomes a letter that the reporter reads with the receipt."""
    context = {**step.run.context(wait.id), **(wait.variables or {})}
    case = _case(step)
    keys = ("jawaban", "konsep_tanggapan", "ringkasan_publik", "bagian_publik")
    data = {key: context[key] for key in keys if context.get(key)}
    letter = correspondence.send(step, case, wait.element, correspondence.ANSWER, data)
    case.answered_at = step.now
    return {"bukti_kirim": letter.id}


def close_report(step: Step, wait: Wait) -> dict[str, Any]:
    """``alur.tutup_laporan``: the reporter is told that the report closes and invited to rate."""
    case = _case(step)
    correspondence.send(step, case, wait.element, correspondence.CLOSING, {})
    return {"tanggal_tutup": step.now.astimezone(step.calendar.zone).date().isoformat()}


def start_clock(step: Step, wait: Wait) -> dict[str, Any]:
    """``alur.jam.mulai``: start the clock, or the clocks, that the task names."""
    for name in _names((wait.variables or {}).get("jam")):
        clocks.start(step, name, wait.element)
    return {}


def extend_clock(step: Step, wait: Wait) -> dict[str, Any]:
    """``alur.jam.perpanjang``: add working days to a running clock, once, before it expires."""
    given = {**step.run.context(wait.id), **(wait.variables or {})}
    days = given.get("hari")
    if not isinstance(days, int | float) or isinstance(days, bool) or days <= 0:
        raise Invalid(msg("The extension %(days)s is no number of working days.", days=str(days)))
    new_due = None
    for name in _names(given.get("jam")):
        deadline = deadlines.find(step, "clock", name)
        if deadline is None or deadline.state == DeadlineState.STOPPED:
            raise Invalid(msg("There is no running limit named %(name)s.", name=name))
        deadlines.extend(step, deadline, worktime.Limit.parse(f"{days:g} HK"))
        new_due = deadline.due_at
    return {"batas_baru": new_due.astimezone(step.calendar.zone).isoformat() if new_due else None}


CONNECTORS: dict[str, Connector] = {
    "alur.cari_serupa": find_similar,
    "alur.kirim_tanggapan": send_answer,
    "alur.tutup_laporan": close_report,
    "alur.jam.mulai": start_clock,
    EXTEND: extend_clock,
}


def _names(value: Any) -> list[str]:
    if isinstance(value, str):
        return [name.strip() for name in value.split(",") if name.strip()]
    return [str(name) for name in value] if isinstance(value, list) else []


def _case(step: Step) -> Case:
    case = current.case_of(step)
    assert case is not None  # every SOP's instance is a case
    return case
