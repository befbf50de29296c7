"""Letters between agency and reporter, written when the flow sends or receives a message."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.cases import attachments, coarse
from engine.db.models import Case, Letter
from engine.runtime.step import Happening, Step

QUESTION = "permintaan_kelengkapan"
ANSWER = "tanggapan_terkirim"
REPLY = "balasan_pelapor"
WITHDRAWAL = "pencabutan_laporan"
OMBUDSMAN = "eskalasi_ombudsman"
FORWARD = "teruskan_instansi_lain"
CLOSING = "penutupan"
LETTER_SENT = "letter_sent"  # a happening: a connector has written to the reporter
TO_REPORTER = frozenset({QUESTION, ANSWER, FORWARD, "perpanjangan_waktu"})
_BODIES = ("teks", "isi", "konsep_tanggapan", "jawaban", "ringkasan_publik", "alasan", "alasan_banding")


def observe(step: Step, case: Case) -> None:
    """Write a letter for each message that this step sent or received."""
    for happening in step.happenings:
        if happening.kind == "message_sent":
            _sent(step, case, happening)
        elif happening.kind == "message_received" and happening.data.get("letter") is None:
            write(step, case, "in", happening.name, happening.data.get("payload") or {})


def write(
    step: Step, case: Case, direction: str, kind: str, data: dict[str, Any], due_at: datetime | None = None
) -> Letter:
    """Add a letter to the case."""
    letter = Letter(
        id=step.house.new_id(step.now),
        agency_id=case.agency_id,
        case_id=case.id,
        direction=direction,
        kind=kind,
        body=body_of(data),
        data={key: value for key, value in data.items() if key != "laporan"},
        files=sorted(attachments.mentioned(data)),
        at=coarse.day(step.now, step.calendar.zone.key) if case.anonymous and direction == "in" else step.now,
        due_at=due_at,
    )
    step.session.add(letter)
    attachments.attach(step.session, case.agency_id, case.id, letter.files)
    return letter


def send(step: Step, case: Case, element: str, kind: str, data: dict[str, Any]) -> Letter:
    """Write to the reporter for a connector, and let the observers know of it."""
    letter = write(step, case, "out", kind, data)
    step.tell("letter", f"letter:{letter.id}", case.id, {"kind": kind})
    step.happenings.append(Happening(LETTER_SENT, element, kind, data))
    return letter


def body_of(data: dict[str, Any]) -> str:
    """The text of a letter: its questions, or the first text its payload holds."""
    questions = questions_of(data)
    if questions:
        return "\n".join(questions)
    for key in _BODIES:
        if isinstance(data.get(key), str):
            return str(data[key])
    return ""


def questions_of(data: dict[str, Any]) -> list[str]:
    """The questions of a ``permintaan_kelengkapan``, however the form gathered them."""
    value = data.get("pertanyaan")
    if isinstance(value, str):
        return [value]
    found = []
    for entry in value if isinstance(value, list) else []:
        text = next(iter(entry.values()), None) if isinstance(entry, dict) else entry
        if text:
            found.append(str(text))
    return found


def of_case(session: Session, case_id: str) -> list[Letter]:
    """The letters of a case, oldest first."""
    return list(session.scalars(select(Letter).where(Letter.case_id == case_id).order_by(Letter.id)))


def _sent(step: Step, case: Case, happening: Happening) -> None:
    kind = happening.name
    if kind == ANSWER and _answered_in(step, case):
        return  # the connector that sends the answer has written it
    due_at = _waiting_timer(step) if kind == QUESTION else None
    direction = "out" if kind in TO_REPORTER else "agency"
    letter = write(step, case, direction, kind, payload_of(step, happening), due_at)
    step.tell("message", f"message:{letter.id}", kind, {"case": case.case_number, **letter.data})


def _answered_in(step: Step, case: Case) -> bool:
    return (
        any(
            isinstance(row, Letter) and row.kind == ANSWER and row.case_id == case.id and row.at == step.now
            for row in step.session.new
        )
        or step.session.scalar(
            select(Letter.id)
            .where(Letter.case_id == case.id, Letter.kind == ANSWER, Letter.at == step.now)
            .limit(1)
        )
        is not None
    )


def payload_of(step: Step, happening: Happening) -> dict[str, Any]:
    """What a sent message holds; a diagram that maps no payload says what it asks or answers in variables."""
    mapped = happening.data.get("payload")
    if mapped:
        return dict(mapped)
    keys = {QUESTION: ("pertanyaan",), ANSWER: _BODIES, FORWARD: ("instansi_tujuan", "alasan_verifikasi")}
    variables = step.run.variables
    return {key: variables[key] for key in keys.get(happening.name, ()) if variables.get(key)}


def _waiting_timer(step: Step) -> datetime | None:
    """Until when the reporter may answer: the timer that this step set beside the wait for the reply."""
    new = [wait for wait in step.run.waits() if wait.id not in step.waited and wait.gateway]
    gateways = {wait.gateway for wait in new if wait.name == REPLY}
    due = [wait.due for wait in new if wait.kind == "timer" and wait.due and wait.gateway in gateways]
    return min(due, default=None)
