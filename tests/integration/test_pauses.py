"""A clock stands while the reporter owes an answer, no longer and no oftener than its rule allows."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.correspondence import QUESTION
from engine.cases.play import Player
from engine.clock import instant
from engine.db import events
from engine.db.models import Deadline, Incident, Job, Letter, WorkItem
from engine.runtime import jobs
from tests.scenarios.test_scenarios import PROGRAMS

MONDAY = instant("2026-03-02T09:00+07:00")  # Nyepi and Idul Fitri take 18 to 24 March
LATEST = "2026-03-16T23:59:00+07:00"  # ten working days after the first question
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
ZEEBE = "http://camunda.org/schema/zeebe/1.0"


def asking(number: int, properties: str = "") -> str:
    """A question, and the wait for its answer behind it."""
    return f"""
    <b:intermediateThrowEvent id="Q{number}"><b:extensionElements><z:properties>{properties}</z:properties>
      </b:extensionElements><b:messageEventDefinition messageRef="mq"/></b:intermediateThrowEvent>
    <b:sequenceFlow id="q{number}" sourceRef="Q{number}" targetRef="A{number}"/>
    <b:intermediateCatchEvent id="A{number}"><b:messageEventDefinition messageRef="ma"/>
      </b:intermediateCatchEvent>"""


def process(inside: str) -> bytes:
    return f"""<b:definitions xmlns:b="{BPMN}" xmlns:z="{ZEEBE}" targetNamespace="t">
    <b:message id="mq" name="permintaan_kelengkapan"/><b:message id="ma" name="balasan_pelapor"/>
    <b:message id="mx" name="kabar_lain"/>
    <b:process id="p" isExecutable="true"><b:startEvent id="M"/><b:endEvent id="E"/>{inside}
    </b:process></b:definitions>""".encode()


def flow(source: str, target: str) -> str:
    return f'<b:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'


TASK = '<b:userTask id="T"/>'
ASKS = process(
    flow("M", "T") + TASK + flow("T", "Q1") + asking(1) + flow("A1", "G")
    + '<b:exclusiveGateway id="G" default="G_T"/>' + flow("G", "T")
    + '<b:sequenceFlow id="G_E" sourceRef="G" targetRef="E"><b:conditionExpression>= selesai = true'
    "</b:conditionExpression></b:sequenceFlow>"
)  # fmt: skip
ASKS_TWICE_AT_ONCE = process(
    flow("M", "F") + '<b:parallelGateway id="F"/><b:parallelGateway id="J"/>'
    + "".join(flow("F", f"Q{n}") + asking(n) + flow(f"A{n}", "J") for n in (1, 2))
    + flow("J", "T") + TASK + flow("T", "E")
)  # fmt: skip


def waiting(number: int, limit: str) -> str:
    """A question whose answer is awaited for so long."""
    gate, late = f"V{number}", f"L{number}"
    return (
        asking(number).replace(f'targetRef="A{number}"', f'targetRef="{gate}"')
        + f'<b:eventBasedGateway id="{gate}"/>' + flow(gate, f"A{number}") + flow(gate, late)
        + f'<b:intermediateCatchEvent id="{late}"><b:timerEventDefinition><b:timeDuration>{limit}'
        f"</b:timeDuration></b:timerEventDefinition></b:intermediateCatchEvent>" + flow(late, "J")
    )  # fmt: skip


ASKS_FOR_TWO_LIMITS = process(
    flow("M", "F") + '<b:parallelGateway id="F"/><b:exclusiveGateway id="J"/>'
    + flow("F", "Q3") + waiting(3, "P1WD").replace("mq", "mx").replace("ma", "mx") + flow("A3", "J")
    + flow("F", "Q1") + waiting(1, "P3WD") + flow("A1", "J")
    + flow("F", "T") + TASK + flow("T", "Q2") + waiting(2, "P7WD") + flow("A2", "J") + flow("J", "E")
)  # fmt: skip
SOP = """process_id = "p"
[jam.jam_tanggapan]
mulai = "M"
batas = {batas}
eskalasi = ["kepala"]
jeda = {{ berhenti = "permintaan_kelengkapan", lanjut = "balasan_pelapor"{more} }}
"""


def player(diagram: bytes = ASKS, batas: str = '"5 HK"', more: str = "") -> Player:
    files = {"p.bpmn": diagram, "sop.toml": SOP.format(batas=batas, more=more).encode()}
    return Player(files, "p", MONDAY, programs=PROGRAMS)


def ask(case: Player, **answers: Any) -> None:
    case.apply({"complete": "T", "with": answers})


def reply(case: Player, **answers: Any) -> None:
    case.apply({"message": "balasan_pelapor", "with": answers})


def clock(case: Player) -> dict[str, Any]:
    found: dict[str, Any] = case.state()["clocks"][0]
    return {key: found[key] for key in ("due", "state")}


def row(case: Player) -> Deadline:
    with case.house.database.read() as session:
        return session.scalars(select(Deadline).where(Deadline.subject == "clock")).one()


def history(case: Player, *kinds: str) -> list[dict[str, Any]]:
    with case.house.database.read() as session:
        return [{"kind": each.kind, **each.data} for each in events.read(session, kinds=kinds)]


CLOCK_EVENTS = ("clock_paused", "clock_resumed", "pause_refused", "limit_changed")


def test_a_pause_says_why_since_when_and_until_when_at_most() -> None:
    case = player()
    ask(case)
    assert clock(case)["state"] == "paused"
    said = {"limit": "P10WD", "until": "2026-03-16T16:59:00+00:00", "number": 1, "most": 2}
    kept = row(case).receipt["paused"]
    assert {key: kept[key] for key in said} == said
    assert (kept["receipt"]["due"], kept["receipt"]["limit"]) == (LATEST, "P10WD")
    assert history(case, *CLOCK_EVENTS) == [
        {
            "kind": "clock_paused",
            "subject": "clock",
            **said,
        }
    ]


def test_a_pause_that_is_used_up_ends_by_itself_at_that_moment_and_once() -> None:
    case = player()
    ask(case)
    case.apply({"until": "2026-03-16T23:58+07:00"})
    assert clock(case)["state"] == "paused"
    case.apply({"until": LATEST})
    assert clock(case) == {"due": "2026-03-30T16:00:00+07:00", "state": "running"}
    case.apply({"until": "2026-03-17T09:00+07:00"})
    reply(case)  # late: the clock runs already
    resumed = history(case, "clock_resumed")
    assert [(each["why"], each["since"], each["late_seconds"]) for each in resumed] == [
        ("used_up", "2026-03-16T16:59:00+00:00", 0)
    ]
    assert "paused" not in row(case).receipt
    assert clock(case)["due"] == "2026-03-30T16:00:00+07:00"


def test_what_was_late_after_the_pause_is_escalated_though_nobody_answers() -> None:
    case = player()
    ask(case)
    case.apply({"until": "2026-03-30T16:00+07:00"})
    with case.house.database.read() as session:
        escalations = session.scalars(select(WorkItem).where(WorkItem.kind == "escalation")).all()
        assert [each.roles for each in escalations] == [["kepala"]]


@pytest.mark.parametrize("answers", [False, True])
def test_after_downtime_the_clock_goes_on_from_the_limit_and_not_from_now(answers: bool) -> None:
    case = player()
    ask(case)
    case.clock.advance(instant("2026-03-26T10:00+07:00") - MONDAY)
    if answers:
        reply(case)
    assert jobs.run_due(case.house) == (0 if answers else 1)
    assert clock(case)["due"] == "2026-03-30T16:00:00+07:00"
    (resumed,) = history(case, "clock_resumed")
    assert (resumed["why"], resumed["since"]) == ("used_up", "2026-03-16T16:59:00+00:00")
    late = instant("2026-03-26T10:00+07:00") - instant(LATEST)
    assert resumed.get("late_seconds") == (None if answers else late / timedelta(seconds=1))


def test_a_reply_ends_the_pause_and_takes_its_end_away() -> None:
    case = player()
    ask(case)
    case.apply({"until": "2026-03-04T10:00+07:00"})
    reply(case)
    assert clock(case)["due"] == "2026-03-11T16:00:00+07:00"
    with case.house.database.read() as session:
        assert session.scalars(select(Job.kind).where(Job.kind == "resume")).all() == []
    (resumed,) = history(case, "clock_resumed")
    assert resumed == {
        "kind": "clock_resumed", "subject": "clock", "why": "answered", "due": "2026-03-11T09:00:00+00:00",
    }  # fmt: skip  # the instant of the reply is the step's: nothing else tells it of an anonymous report


def test_the_clock_stands_no_oftener_than_its_rule_allows() -> None:
    case = player()
    for day in (4, 6):
        ask(case)
        case.apply({"until": f"2026-03-0{day}T10:00+07:00"})
        reply(case)
    due = clock(case)["due"]
    ask(case)
    assert clock(case) == {"due": due, "state": "running"}
    assert [each["kind"] for each in history(case, *CLOCK_EVENTS)] == [
        "clock_paused", "clock_resumed", "clock_paused", "clock_resumed", "pause_refused",
    ]  # fmt: skip


def test_the_designer_says_how_long_and_how_often() -> None:
    case = player(more=', paling_lama = "3 HK", paling_banyak = 1')
    ask(case)
    case.apply({"until": "2026-03-05T23:59+07:00"})
    assert clock(case)["state"] == "running"
    reply(case)
    ask(case)
    assert clock(case)["state"] == "running"


def test_an_element_that_asks_may_say_its_own_limit() -> None:
    asks = ASKS.replace(
        b"<z:properties></z:properties>",
        b'<z:properties><z:property name="alur:pauseLimit" value="= string(1 + 1) + &quot; HK&quot;"/>'
        b'<z:property name="alur:clock" value="jam_tanggapan: jeda"/></z:properties>',
    )
    case = player(asks)
    ask(case)
    assert row(case).receipt["paused"]["until"] == "2026-03-04T16:59:00+00:00"
    reply(case)  # the property and sop.toml name the same pause: one answer ends it
    assert [each["why"] for each in history(case, "clock_resumed")] == ["answered"]


def test_a_limit_that_cannot_be_read_is_an_incident_and_the_usual_limit_holds() -> None:
    case = player(more=", paling_lama = '= kosong'")
    ask(case)
    assert row(case).receipt["paused"]["limit"] == "P10WD"
    with case.house.database.read() as session:
        assert session.scalars(select(Incident.kind)).all() == ["clock"]


def test_two_questions_at_once_are_one_pause_that_ends_with_the_last_answer() -> None:
    case = player(ASKS_TWICE_AT_ONCE)
    case.begin()
    begun = row(case).receipt["paused"]
    assert (begun["number"], begun["most"]) == (1, 2)
    case.apply({"until": "2026-03-04T10:00+07:00"})
    reply(case)
    assert clock(case)["state"] == "paused"
    assert row(case).receipt["paused"] == begun
    case.apply({"until": "2026-03-05T10:00+07:00"})
    reply(case)
    assert clock(case)["state"] == "running"
    assert [each["why"] for each in history(case, "clock_resumed")] == ["answered"]


def test_each_question_says_until_when_it_may_be_answered_itself() -> None:
    case = player(ASKS_FOR_TWO_LIMITS)
    case.begin()
    ask(case)
    with case.house.database.read() as session:
        due = [
            each.due_at
            for each in session.scalars(select(Letter).where(Letter.kind == QUESTION).order_by(Letter.id))
        ]
    assert due == [instant("2026-03-05T16:00+07:00"), instant("2026-03-11T16:00+07:00")]


def test_a_limit_that_nobody_wrote_is_that_of_the_timer_drawn_beside_the_wait() -> None:
    case = player(ASKS_FOR_TWO_LIMITS)
    case.begin()
    assert row(case).receipt["paused"]["limit"] == "P3WD"


def test_the_clock_stands_until_the_last_of_two_waits_has_ended() -> None:
    case = player(ASKS_FOR_TWO_LIMITS, more=', paling_lama = "10 HK"')
    case.begin()
    ask(case)
    case.apply({"until": "2026-03-05T16:00+07:00"})
    assert clock(case)["state"] == "paused"
    case.apply({"until": "2026-03-11T15:59+07:00"})
    assert clock(case)["state"] == "paused"
    case.apply({"until": "2026-03-11T16:00+07:00"})
    assert clock(case)["state"] == "stopped"  # with the case
    assert [each["to"] for each in row(case).receipt["pauses"]] == ["2026-03-11T16:00:00+07:00"]


def test_a_clock_that_stops_while_it_stands_says_what_was_left() -> None:
    case = player()
    ask(case)
    case.apply({"until": "2026-03-04T10:00+07:00"})
    reply(case, selesai=True)
    assert (clock(case)["state"], clock(case)["due"]) == ("stopped", "2026-03-11T16:00:00+07:00")
    assert [each["to"] for each in row(case).receipt["pauses"]] == ["2026-03-04T10:00:00+07:00"]


def test_another_class_counts_anew_and_the_receipt_keeps_what_was_promised_before() -> None:
    case = player(batas='{ tidak_berkadar = "5 HK", berkadar = "14 HK" }')
    ask(case)
    reply(case, kelas="berkadar")
    assert clock(case)["due"] == "2026-03-27T16:00:00+07:00"
    before = {"limit": "P5WD", "due": "2026-03-09T09:00:00+00:00"}
    assert row(case).receipt["changed"] == {**before, "at": "2026-03-02T02:00:00+00:00"}
    assert history(case, "limit_changed") == [
        {
            "kind": "limit_changed",
            "subject": "clock",
            "before": before,
            "after": {"limit": "P14WD", "due": "2026-03-27T09:00:00+00:00"},
        }
    ]
    ask(case)
    assert row(case).receipt["changed"]["limit"] == "P5WD"  # a later pause loses nothing of it
