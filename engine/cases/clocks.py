"""Case clocks: started, stopped, paused, resumed by what ``sop.toml`` and ``alur:clock`` name.

Both say the same from two sides; an effect named twice for one happening is one effect.
"""

from engine import worktime
from engine.bpmn import ClockRule
from engine.db.models import Deadline
from engine.errors import AlurError
from engine.runtime import deadlines, incidents
from engine.runtime.step import Happening, Step
from engine.states import DeadlineState

START, STOP, PAUSE, RESUME = "mulai", "berhenti", "jeda", "lanjut"
RESTART = "mulai lagi"
DEFAULT_CLASS = "tidak_berkadar"  # holds while the class is not known (SOP conventions, section 3)


def observe(step: Step) -> set[str]:
    """Let this step's happenings act on the clocks; returns the clocks that were started."""
    sop = step.program.sop
    if sop is None or not sop.clocks:
        return set()
    started: set[str] = set()
    for happening in list(step.happenings):
        for name, effect in _effects(step, happening):
            if name in sop.clocks:
                _act(step, name, sop.clocks[name], effect, happening)
                if effect in (START, RESTART):
                    started.add(name)
    if step.touched:
        _resume_when_nothing_is_awaited(step)
        _reread_limits(step)
        if step.run.done:  # also a clock that the last step itself started
            for deadline in _clocks(step):
                deadlines.stop(step, deadline)
    return started


def start(step: Step, name: str, element: str) -> None:
    """Start a declared clock now, or count it anew."""
    rule = step.program.sop.clocks.get(name) if step.program.sop else None
    if rule is None:
        return
    try:
        limit = worktime.Limit.parse(limit_text(step, rule))
    except AlurError as error:
        incidents.open_incident(step, element, "clock", error)
        return
    deadlines.start(
        step,
        "clock",
        name,
        element=element,
        name=name,
        limit=limit,
        roles=list(rule.escalation),
    )


def limit_text(step: Step, rule: ClockRule) -> str:
    """The limit that holds now: a text, a FEEL expression, or the row of the case's class."""
    variables = step.run.variables
    if isinstance(rule.limit, str):
        return str(step.evaluate(rule.limit, variables))
    return rule.limit.get(str(variables.get("kelas")), rule.limit.get(DEFAULT_CLASS, ""))


def _effects(step: Step, happening: Happening) -> list[tuple[str, str]]:
    """(clock, effect) pairs that a happening causes, each once."""
    found: dict[tuple[str, str], None] = {}
    sop = step.program.sop
    assert sop is not None
    names = {
        "completed": happening.element,
        "message_sent": happening.name,
        "message_received": happening.name,
    }
    key = names.get(happening.kind)
    if key is None:
        return []
    for name, rule in sop.clocks.items():
        if key in rule.start and happening.kind != "message_sent":
            found[name, START] = None
        if key in rule.stop:
            found[name, STOP] = None
        if key in rule.pause and happening.kind != "completed":
            found[name, PAUSE] = None
        if key in rule.resume and happening.kind != "completed":
            found[name, RESUME] = None
    if happening.kind == "completed":
        element = step.program.elements.get(happening.element or "")
        for pair in parse(element.clock if element else None):
            found[pair] = None
    return list(found)


def parse(text: str | None) -> list[tuple[str, str]]:
    """``"a, b: jeda; c: mulai"`` → [(a, jeda), (b, jeda), (c, mulai)]."""
    pairs = []
    for part in (text or "").split(";"):
        names, colon, effect = part.partition(":")
        if colon:
            pairs += [(name.strip(), effect.strip()) for name in names.split(",")]
    return pairs


def _act(step: Step, name: str, rule: ClockRule, effect: str, happening: Happening) -> None:
    if effect in (START, RESTART):
        start(step, name, happening.element or name)
        return
    deadline = deadlines.find(step, "clock", name)
    if deadline is None:
        return
    if effect == STOP:
        deadlines.stop(step, deadline)
    elif effect == PAUSE:
        deadlines.pause(step, deadline)
    elif effect == RESUME:
        deadlines.resume(step, deadline)


def _resume_when_nothing_is_awaited(step: Step) -> None:
    """The waiting timer fired instead of the reply: whatever pauses a clock is no longer awaited."""
    sop = step.program.sop
    assert sop is not None
    awaited = {wait.name for wait in step.run.waits() if wait.kind == "message"}
    for deadline in _clocks(step):
        rule = sop.clocks.get(deadline.key)
        paused = deadline.state == DeadlineState.PAUSED
        if paused and rule is not None and rule.resume and not awaited.intersection(rule.resume):
            deadlines.resume(step, deadline)


def _reread_limits(step: Step) -> None:
    """The class may have changed: the limit is read again, the start stays."""
    sop = step.program.sop
    assert sop is not None
    for deadline in _clocks(step):
        rule = sop.clocks.get(deadline.key)
        if rule is None:
            continue
        try:
            limit = worktime.Limit.parse(limit_text(step, rule))
        except AlurError:
            continue  # what cannot be read now does not move a due time that was promised
        if str(limit) != deadline.limit:
            deadlines.change_limit(step, deadline, limit)


def _clocks(step: Step) -> list[Deadline]:
    return deadlines.running(step, "clock")
