"""``alur play``: every kind of step on plain diagrams, and what it prints."""

from typing import Any

import pytest

from tests.integration.cli.kit import (
    START_END,
    Table,
    boundary,
    diagram,
    elements,
    flow_if,
    properties,
    timer,
    topic,
    user,
)

NAMES = (
    '<message id="m" name="balas"/><message id="m2" name="datang"/>'
    '<signal id="sg" name="sirene"/><error id="er" name="E1" errorCode="E1"/>'
)
MESSAGE = '<messageEventDefinition messageRef="m"/>'
SIGNAL = '<signalEventDefinition signalRef="sg"/>'
ROUNDS = 200
ONE = diagram(START_END + user("a"), flows="s>a a>e")
WORK = diagram(
    START_END
    + topic("a", "kerja", retries=2)
    + boundary("b", "a", '<errorEventDefinition errorRef="er"/>')
    + '<endEvent id="e2"/>',
    outside=NAMES,
    flows="s>a a>e b>e2",
)
CHOICE = diagram(
    START_END
    + '<eventBasedGateway id="g"/>'
    + f'<intermediateCatchEvent id="cm">{MESSAGE}</intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="ct">{timer("P1D")}</intermediateCatchEvent>'
    + f'<intermediateCatchEvent id="cs">{SIGNAL}</intermediateCatchEvent>'
    + '<endEvent id="e2"/><endEvent id="e3"/>',
    outside=NAMES,
    flows="s>g g>cm g>ct g>cs cm>e ct>e2 cs>e3",
)
STARTS = diagram(
    f'<startEvent id="s"/><startEvent id="sm"><messageEventDefinition messageRef="m2"/></startEvent>'
    f'<startEvent id="ss">{SIGNAL}</startEvent><endEvent id="e"/>' + user("a") + user("b"),
    outside=NAMES,
    flows="s>a sm>b ss>b a>e b>e",
)
BESIDE = diagram(
    START_END
    + user("a", properties(serviceLevel="3 HK", escalateTo="kepala"))
    + boundary("b", "a", timer("PT1H"), cancels=False)
    + boundary("bm", "a", MESSAGE)
    + user("x")
    + '<endEvent id="e2"/><endEvent id="e3"/>'
    + '<subProcess id="es" triggeredByEvent="true"><startEvent id="es_s" isInterrupting="false">'
    + timer("PT2H")
    + '</startEvent><endEvent id="es_e"/>'
    + '<sequenceFlow id="z" sourceRef="es_s" targetRef="es_e"/></subProcess>',
    outside=NAMES,
    flows="s>a a>e b>x x>e2 bm>e3",
)


def test_a_case_starts_by_itself_with_no_step_and_tells_everything(table: Table) -> None:
    said = table.play(ONE)
    assert said.code == 0
    assert set(said.json) >= {
        "status", "waiting", "timers", "clocks", "trace", "data", "incident", "error",
    }  # fmt: skip
    assert said.json["status"] == "active"
    (wait,) = said.json["waiting"]
    assert set(wait) >= {"element", "kind", "role", "due", "escalation_of", "reminder_at"}
    assert (wait["element"], wait["kind"]) == ("a", "user")
    assert said.json["data"] == {} and said.json["error"] is None and said.json["incident"] is None


def test_what_is_completed_becomes_data_and_the_case_ends(table: Table) -> None:
    said = table.play(ONE, {"complete": "a", "with": {"jumlah": 3}})
    assert (said.code, said.json["status"]) == (0, "completed")
    assert said.json["data"] == {"jumlah": 3}
    assert [(row["event"], row["element"]) for row in said.json["trace"]] == [
        ("entered", "s"), ("completed", "s"), ("entered", "a"),
        ("completed", "a"), ("entered", "e"), ("completed", "e"),
    ]  # fmt: skip


def test_a_start_gives_data_and_a_bare_diagram_may_name_it_status(table: Table) -> None:
    said = table.play(ONE, {"start": None, "with": {"status": "emas", "n": 1}})
    assert said.json["data"] == {"status": "emas", "n": 1}


@pytest.mark.parametrize(
    ("first", "waiting"),
    [
        ({"start": "s"}, "a"),
        ({"start": None}, "a"),
        ({"start": "sm"}, "b"),
        ({"message": "datang", "with": {"n": 1}}, "b"),
        ({"signal": "sirene", "with": {"n": 1}}, "b"),
    ],
)
def test_where_a_case_starts(table: Table, first: dict[str, Any], waiting: str) -> None:
    said = table.play(STARTS, first)
    assert (said.code, elements(said.json["waiting"])) == (0, [waiting])
    assert said.json["data"] == first.get("with", {})


def test_a_first_message_without_a_start_event_of_its_own_finds_the_plain_start(table: Table) -> None:
    said = table.play(CHOICE, {"message": "balas", "with": {"n": 1}})
    assert (said.code, said.json["ended_at"], said.json["data"]) == (0, "e", {"n": 1})


def test_waiting_holds_catches_behind_an_event_gateway(table: Table) -> None:
    said = table.play(CHOICE)
    assert {(w["element"], w["kind"], w["due"]) for w in said.json["waiting"]} == {
        ("cm", "message", None),
        ("ct", "timer", "2026-01-06T09:00:00+07:00"),
        ("cs", "signal", None),
    }


@pytest.mark.parametrize(
    ("step", "end"),
    [
        ({"message": "balas"}, "e"),
        ({"message": "balas", "key": 7}, "e"),  # the catch names no key: it goes to the case it is sent to
        ({"advance": "P1D"}, "e2"),
        ({"until": "2026-01-06T02:00:00Z"}, "e2"),
        ({"signal": "sirene"}, "e3"),
    ],
)
def test_the_first_event_wins(table: Table, step: dict[str, Any], end: str) -> None:
    said = table.play(CHOICE, step)
    assert (said.code, said.json["status"], said.json["ended_at"]) == (0, "completed", end)
    assert said.json["waiting"] == [] and said.json["timers"] == []


def test_a_timer_due_at_exactly_the_instant_reached_has_fired_and_not_a_second_before(table: Table) -> None:
    before = table.play(CHOICE, {"advance": "PT23H59M59S"})
    assert before.json["status"] == "active"
    assert table.play(CHOICE, {"advance": "P1D"}).json["status"] == "completed"


def test_boundaries_and_event_subprocesses_are_timers_and_not_waiting(table: Table) -> None:
    said = table.play(BESIDE)
    assert elements(said.json["waiting"]) == ["a"]
    assert said.json["timers"] == [
        {"element": "b", "due": "2026-01-05T10:00:00+07:00"},
        {"element": "es_s", "due": "2026-01-05T11:00:00+07:00"},
    ]


def test_within_one_advance_timers_fire_in_order_each_at_its_own_time(table: Table) -> None:
    said = table.play(BESIDE, {"advance": "P5WD"})
    told = [(row["at"][5:16], row["event"], row["element"]) for row in said.json["trace"]]
    assert [row for row in told if row[1] in ("fired", "reminded", "escalated")] == [
        ("01-05T10:00", "fired", "b"),
        ("01-05T11:00", "fired", "es_s"),
        ("01-08T11:12", "reminded", "a"),
        ("01-08T16:00", "escalated", "a"),
        ("01-09T12:48", "escalated", "a"),
    ]
    assert said.json["timers"] == []


def test_an_escalation_is_a_row_of_its_own_that_names_what_it_escalates(table: Table) -> None:
    said = table.play(BESIDE, {"until": "2026-01-08T16:00+07:00"})
    task, _, escalation = said.json["waiting"]
    assert (task["element"], task["escalation_of"], task["role"]) == ("a", None, None)
    assert (task["due"], task["reminder_at"]) == ("2026-01-08T16:00:00+07:00", "2026-01-08T11:12:00+07:00")
    assert (escalation["kind"], escalation["role"], escalation["escalation_of"]) == ("user", "kepala", "a")
    done = table.play(BESIDE, {"until": "2026-01-08T16:00+07:00"}, {"complete": "a"})
    assert elements(done.json["waiting"]) == ["x"]  # the boundary's own task; the escalation is settled


def test_the_limit_of_a_scope_stands_under_timers(table: Table) -> None:
    scope = (
        '<subProcess id="b1"><extensionElements>'
        + properties(serviceLevel="5 HK", escalateTo="kepala")
        + '</extensionElements><startEvent id="i"/><endEvent id="j"/>'
        + user("a")
        + '<sequenceFlow id="f1" sourceRef="i" targetRef="a"/>'
        + '<sequenceFlow id="f2" sourceRef="a" targetRef="j"/></subProcess>'
    )
    said = table.play(diagram(START_END + scope, flows="s>b1 b1>e"))
    assert elements(said.json["waiting"]) == ["a"]
    assert said.json["timers"] == [{"element": "b1", "due": "2026-01-12T16:00:00+07:00"}]


@pytest.mark.parametrize(
    ("steps", "status", "end"),
    [
        ([{"topic": "kerja", "with": {"n": 1}}], "completed", "e"),
        ([{"topic": "kerja", "error": "E1"}], "completed", "e2"),
        ([{"topic": "kerja", "error": "E9"}], "incident", None),
        ([{"topic": "kerja", "fail": True}], "active", None),
        ([{"topic": "kerja", "fail": True}, {"topic": "kerja"}], "completed", "e"),
        ([{"topic": "kerja", "fail": True}] * 2, "incident", None),
    ],
)
def test_a_worker_finishes_errs_or_fails(
    table: Table, steps: list[dict[str, Any]], status: str, end: str | None
) -> None:
    said = table.play(WORK, *steps)
    assert (said.code, said.json["status"], said.json["ended_at"]) == (0, status, end)
    assert bool(said.json["incident"]) == (status == "incident")
    assert elements(said.json["waiting"]) == (["a"] if status == "active" else [])


def test_a_topic_waits_under_its_element(table: Table) -> None:
    (wait,) = table.play(WORK).json["waiting"]
    assert (wait["element"], wait["kind"], wait["name"]) == ("a", "topic", "kerja")


def test_topics_of_the_platform_do_themselves(table: Table) -> None:
    said = table.play(diagram(START_END + topic("a", "alur.cari_serupa"), flows="s>a a>e"))
    assert (said.json["status"], said.json["data"]) == ("completed", {"calon_duplikat": []})


def test_a_signal_reaches_everything_that_waits_for_it(table: Table) -> None:
    catches = "".join(
        f'<intermediateCatchEvent id="{name}">{SIGNAL}</intermediateCatchEvent>' for name in ("c1", "c2")
    )
    both = diagram(
        START_END + '<parallelGateway id="g"/><parallelGateway id="j"/>' + catches,
        outside=NAMES,
        flows="s>g g>c1 g>c2 c1>j c2>j j>e",
    )
    said = table.play(both, {"signal": "sirene"})
    assert said.json["status"] == "completed"
    assert [row["element"] for row in said.json["trace"] if row["event"] == "fired"] == ["c1", "c2"]


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({"complete": "z"}, "No open task at z."),
        ({"message": "apa"}, "Nothing waits for the message apa."),
        ({"signal": "apa"}, "Nothing waits for the signal apa."),
        ({"topic": "apa"}, "No job of the topic apa waits."),
        ({"advance": "P99999999Y"}, "not a limit"),
        ({"advance": "besok"}, "not a limit"),
        ({"until": "2026-01-04T00:00+07:00"}, "backwards"),
        ({"until": "2026-01-06"}, "no instant"),
        ({"start": None}, "has started"),
        ({"jump": 1}, "A step is one of"),
        ({"complete": "a", "advance": "P1D"}, "A step is one of"),
        ({"complete": "a", "with": [1]}, "must be a JSON object"),
        ({"complete": "a", "with": {"typename": 1}}, "typename"),
    ],
)
def test_a_step_that_does_not_apply_says_why_and_leaves_the_state_so_far(
    table: Table, step: dict[str, Any], why: str
) -> None:
    said = table.play(ONE, {"advance": "PT1H"}, step, {"complete": "a"})
    assert said.code == 1
    assert why in said.json["error"]
    assert said.json["status"] == "active"
    assert elements(said.json["waiting"]) == ["a"]
    assert said.json["now"] == "2026-01-05T10:00:00+07:00"


def test_a_step_after_the_end_says_so(table: Table) -> None:
    said = table.play(ONE, {"complete": "a"}, {"complete": "a"})
    assert (said.code, said.json["error"], said.json["status"]) == (1, "The case has ended.", "completed")


def test_a_start_that_is_not_there_leaves_no_case(table: Table) -> None:
    said = table.play(ONE, {"start": "zz"})
    assert (said.code, said.json["status"], said.json["waiting"]) == (1, None, [])
    assert "zz" in said.json["error"]


def test_no_exit_is_an_incident_and_every_step_applied(table: Table) -> None:
    stuck = diagram(
        START_END
        + user("a")
        + '<exclusiveGateway id="g"/><endEvent id="e2"/>'
        + flow_if("g", "e", "= n = 1")
        + flow_if("g", "e2", "= n = 2"),
        flows="s>a a>g",
    )
    said = table.play(stuck, {"complete": "a", "with": {"n": 3}})
    assert (said.code, said.json["status"], said.json["error"]) == (0, "incident", None)
    assert said.json["incident"]["element"] == "g"


def test_an_endless_loop_is_an_incident(table: Table) -> None:
    loop = diagram(
        '<startEvent id="s"/><exclusiveGateway id="j"/><endEvent id="e"/>'
        + topic("a", "alur.cari_serupa")
        + '<exclusiveGateway id="g" default="f_g_j"/>'
        + flow_if("g", "e", "= selesai = true"),
        flows="s>j j>a a>g g>j",
    )
    said = table.play(loop)
    assert (said.code, said.json["status"]) == (0, "incident")
    assert "loops" in said.json["incident"]["message"]


def test_hundreds_of_rounds_of_rework_end(table: Table) -> None:
    rework = diagram(
        START_END
        + user("a")
        + '<exclusiveGateway id="g" default="f_g_e"/>'
        + flow_if("g", "a", "= lagi = true"),
        flows="s>a a>g g>e",
    )
    steps = [{"complete": "a", "with": {"lagi": number < ROUNDS - 1}} for number in range(ROUNDS)]
    said = table.play(rework, *steps)
    assert (said.code, said.json["status"], said.json["error"]) == (0, "completed", None)
    assert sum(row["event"] == "completed" and row["element"] == "a" for row in said.json["trace"]) == ROUNDS
