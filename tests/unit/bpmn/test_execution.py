"""What is rewritten runs as BPMN says: the drawn diagram goes in, and the engine is watched."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine import bpmn, feel, spiff
from engine.worktime import Limit
from tests.unit.bpmn.drawing_kit import diagram, flow

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)
MESSAGE = '<message id="x" name="pesan"/>'


class Services:
    """Exact elapsed time from one fixed instant."""

    def env(self, element: str) -> feel.Environment:
        return feel.Environment(now=NOW, zone=ZoneInfo("Asia/Jakarta"))

    def decide(self, decision: str, context: dict[str, Any]) -> Any:
        raise AssertionError("no decision is drawn")

    def deadline(self, element: str, value: Any, since: datetime | None = None) -> datetime:
        return (since or NOW) + timedelta(seconds=float(Limit.parse(str(value)).amount))


class Played:
    """A run that is told ids of the drawing."""

    def __init__(self, data: bytes, start: str | None = None, **variables: Any) -> None:
        verdict = bpmn.check({"p.bpmn": data})
        assert verdict.runs, [str(finding.message) for finding in verdict.findings]
        self.run = spiff.Run.start(
            spiff.compile(bpmn.executable(verdict.files)), "p", start, variables, Services()
        )
        self.run.step()

    def complete(self, element: str, **variables: Any) -> "Played":
        self.run.complete(self._wait(element), variables)
        self.run.step()
        return self

    def deliver(self, element: str, **payload: Any) -> "Played":
        self.run.deliver(self._wait(element), payload)
        self.run.step()
        return self

    def fire(self, element: str) -> "Played":
        self.run.fire(self._wait(element))
        self.run.step()
        return self

    def _wait(self, element: str) -> str:
        return next(wait.id for wait in self.run.waits() if wait.element == element)

    @property
    def people(self) -> list[str]:
        """The elements at which a person has something to do."""
        return sorted(wait.element for wait in self.run.waits() if wait.kind == "user")

    def happened(self, kind: str) -> list[str]:
        return [event.element for event in self.run.events if event.kind == kind]


def handler(start: str) -> str:
    return (
        f'|<subProcess id="es" triggeredByEvent="true">{start}<userTask id="h"/><endEvent id="he"/>'
        f"{flow('m', 'h')}{flow('h', 'he')}</subProcess>"
    )


def message_start(interrupting: bool) -> str:
    return (
        f'<startEvent id="m" isInterrupting="{str(interrupting).lower()}">'
        '<messageEventDefinition messageRef="x"/></startEvent>'
    )


TWO = '<startEvent id="s"/>|<userTask id="t"/>|<userTask id="u"/>|<endEvent id="e"/>|s>t|s>u|t>e|u>e'


def test_an_interrupting_event_subprocess_ends_everything_else() -> None:
    played = Played(diagram(TWO + handler(message_start(True)), beside=MESSAGE))
    assert played.people == ["t", "u"]
    played.deliver("m", alasan="dicabut")
    assert played.people == ["h"]
    assert sorted(played.happened("cancelled")) == ["t", "u"]
    assert played.run.variables == {"alasan": "dicabut"}
    assert played.complete("h").run.done


def test_a_non_interrupting_event_subprocess_runs_beside_and_again() -> None:
    played = Played(diagram(TWO + handler(message_start(False)), beside=MESSAGE))
    played.deliver("m").deliver("m")
    assert played.people == ["h", "h", "t", "u"]
    played.complete("t").complete("u").complete("h")
    assert not played.run.done
    assert played.complete("h").run.done


def test_an_interrupting_event_ends_a_running_handler_too() -> None:
    other = (
        '|<subProcess id="es2" triggeredByEvent="true"><startEvent id="m2"><messageEventDefinition '
        'messageRef="y"/></startEvent><userTask id="h2t"/><endEvent id="h2e"/>'
        f"{flow('m2', 'h2t')}{flow('h2t', 'h2e')}</subProcess>"
    )
    body = TWO + handler(message_start(False)) + other
    played = Played(diagram(body, beside=MESSAGE + '<message id="y" name="henti"/>'))
    played.deliver("m").deliver("m2")
    assert played.people == ["h2t"]
    assert played.complete("h2t").run.done


def test_a_thrown_escalation_starts_its_event_subprocess() -> None:
    trigger = '<escalationEventDefinition escalationRef="k"/>'
    start = f'<startEvent id="m" isInterrupting="false">{trigger}</startEvent>'
    body = (
        f'<startEvent id="s"/>|<intermediateThrowEvent id="n">{trigger}'
        '</intermediateThrowEvent>|<userTask id="t"/>|<endEvent id="e"/>|s>n|n>t|t>e' + handler(start)
    )
    played = Played(diagram(body, beside='<escalation id="k" escalationCode="naik"/>'))
    assert played.people == ["h", "t"]
    assert played.complete("t").complete("h").run.done


def test_an_error_starts_the_event_subprocess_of_its_scope() -> None:
    trigger = '<errorEventDefinition errorRef="k"/>'
    body = f'<startEvent id="s"/>|<userTask id="t"/>|<endEvent id="e">{trigger}</endEvent>|s>t|t>e' + handler(
        f'<startEvent id="m">{trigger}</startEvent>'
    )
    played = Played(diagram(body, beside='<error id="k" errorCode="GAGAL"/>'))
    played.complete("t")
    assert played.people == ["h"]
    assert played.complete("h").run.done


def test_a_terminate_event_ends_running_handlers() -> None:
    body = (
        '<startEvent id="s"/>|<userTask id="t"/>|<endEvent id="e"><terminateEventDefinition/></endEvent>'
        "|s>t|t>e" + handler(message_start(False))
    )
    played = Played(diagram(body, beside=MESSAGE)).deliver("m")
    assert played.people == ["h", "t"]
    assert played.complete("t").run.done


def test_an_event_subprocess_inside_a_subprocess_ends_only_that() -> None:
    inner = (
        '<subProcess id="b"><startEvent id="bs"/><userTask id="bt"/><endEvent id="be"/>'
        f"{flow('bs', 'bt')}{flow('bt', 'be')}{handler(message_start(True)).lstrip('|')}</subProcess>"
    )
    body = f'<startEvent id="s"/>|{inner}|<userTask id="after"/>|<endEvent id="e"/>|s>b|b>after|after>e'
    played = Played(diagram(body, beside=MESSAGE)).deliver("m")
    assert played.people == ["h"]
    assert played.complete("h").people == ["after"]


def test_an_event_subprocess_inside_an_event_subprocess_interrupts_only_that() -> None:
    inner = (
        '<subProcess id="in" triggeredByEvent="true"><startEvent id="n"><messageEventDefinition '
        'messageRef="y"/></startEvent><userTask id="nt"/><endEvent id="ne"/>'
        f"{flow('n', 'nt')}{flow('nt', 'ne')}</subProcess></subProcess>"
    )
    body = TWO + handler(message_start(False)).removesuffix("</subProcess>") + inner
    played = Played(diagram(body, beside=MESSAGE + '<message id="y" name="henti"/>'))
    played.deliver("m").deliver("n")
    assert played.people == ["nt", "t", "u"]
    assert played.complete("nt").complete("t").complete("u").run.done


def test_the_earlier_of_two_timers_behind_an_event_gateway_fires() -> None:
    def timer(name: str, text: str) -> str:
        return (
            f'<intermediateCatchEvent id="{name}"><timerEventDefinition><timeDuration>{text}</timeDuration>'
            "</timerEventDefinition></intermediateCatchEvent>"
        )

    body = (
        f'<startEvent id="s"/>|<eventBasedGateway id="g"/>|{timer("late", "PT5H")}|{timer("soon", "PT1H")}'
        '|<userTask id="t"/>|<userTask id="u"/>|<endEvent id="e"/>|s>g|g>late|g>soon|late>u|soon>t|t>e|u>e'
    )
    played = Played(diagram(body))
    due = {wait.element: wait.due for wait in played.run.waits()}
    assert due == {"late": NOW + timedelta(hours=5), "soon": NOW + timedelta(hours=1)}
    assert played.fire("soon").people == ["t"]


def test_conditional_exits_of_a_task_are_asked() -> None:
    body = (
        '<startEvent id="s"/>|<userTask id="t" default="t_z"/>|<userTask id="x"/>|<userTask id="y"/>'
        '|<userTask id="z"/>|<endEvent id="e"/>|s>t|t>x:= a = 1|t>y:= b = 1|t>z|x>e|y>e|z>e'
    )
    assert Played(diagram(body)).complete("t", a=1, b=1).people == ["x", "y"]
    assert Played(diagram(body)).complete("t", a=0, b=1).people == ["y"]
    assert Played(diagram(body)).complete("t", a=0, b=0).people == ["z"]


def test_a_standard_loop_repeats_while_its_condition_holds() -> None:
    loop = "<standardLoopCharacteristics><loopCondition>= ulang</loopCondition></standardLoopCharacteristics>"
    body = f'<startEvent id="s"/>|<userTask id="t">{loop}</userTask>|<endEvent id="e"/>|s>t|t>e'
    played = Played(diagram(body))
    assert played.complete("t", ulang=True).complete("t", ulang=True).people == ["t"]
    assert played.complete("t", ulang=False).run.done


def test_links_signals_and_reserved_ids_run() -> None:
    body = (
        '<startEvent id="Start"/>|<userTask id="End"/>|<intermediateThrowEvent id="a"><linkEventDefinition '
        'name="L"/></intermediateThrowEvent>|<intermediateCatchEvent id="b"><linkEventDefinition name="L"/>'
        '</intermediateCatchEvent>|<endEvent id="e"><signalEventDefinition signalRef="x"/></endEvent>'
        "|Start>End|End>a|b>e"
    )
    played = Played(diagram(body, beside='<signal id="x" name="isyarat"/>'))
    assert played.people == ["End"]
    assert played.complete("End").run.done
    assert played.happened("thrown") == ["e"]
    assert "b" in played.happened("completed")


def test_each_start_event_starts_its_own_way() -> None:
    body = (
        '<startEvent id="s"/>|<startEvent id="m"><messageEventDefinition messageRef="x"/></startEvent>'
        '|<userTask id="t"/>|<userTask id="u"/>|<endEvent id="e"/>|s>t|m>u|t>e|u>e'
    )
    data = diagram(body, beside=MESSAGE)
    assert Played(data).people == ["t"]
    assert Played(data, "s").people == ["t"]
    assert Played(data, "m").people == ["u"]
