"""Case clocks: started, stopped, paused, resumed by what ``sop.toml`` and ``alur:clock`` name.

Both say the same from two sides; an effect named twice for one happening is one effect.
"""

from collections.abc import Mapping

from engine import worktime
from engine.bpmn import ClockRule, Element, paths, sop
from engine.db.models import Deadline
from engine.errors import AlurError
from engine.runtime import deadlines, incidents, pausing
from engine.runtime.step import Happening, Step

LONGEST_PAUSE = "alur:pauseLimit"  # of an element that pauses; without one, the clock's own limit
START, STOP, PAUSE, RESUME = "mulai", "berhenti", "jeda", "lanjut"
RESTART = "mulai lagi"
EXTEND = "alur.jam.perpanjang"  # the topic that adds to a limit
DEFAULT_CLASS = "tidak_berkadar"  # holds while the class is not known (SOP conventions, section 3)


def observe(step: Step) -> set[str]:
    """Let this step's happenings act on the clocks; returns the clocks that were started."""
    if not (rules := _rules(step)):
        return set()
    started: set[str] = set()
    for happening in list(step.happenings):
        for name, effect in _effects(step, happening):
            if name in rules:
                _act(step, name, rules[name], effect, happening)
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
    rule = _rules(step).get(name)
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
    names = {
        "completed": happening.element,
        "message_sent": happening.name,
        "message_received": happening.name,
    }
    key = names.get(happening.kind)
    if key is None:
        return []
    for name, rule in _rules(step).items():
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
        for name, effect in parse(element.clock if element else None):
            if not _told_by_message(element, _rules(step).get(name), effect):
                found[name, effect] = None
    return list(found)


def _told_by_message(element: Element | None, rule: ClockRule | None, effect: str) -> bool:
    """Whether the message that the element sends or receives has this effect already: it counts once."""
    if element is None or rule is None:
        return False
    named = rule.pause if effect == PAUSE else rule.resume if effect == RESUME else ()
    return element.message in named


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
        pausing.begin(step, deadline, _longest_pause(step, rule, happening), rule.most_pauses)
    elif effect == RESUME:
        pausing.answered(step, deadline)


def _longest_pause(step: Step, rule: ClockRule, happening: Happening) -> worktime.Limit:
    """How long the reporter may let the clock stand, as the element or the clock says."""
    element = step.program.elements.get(happening.element or "")
    own = element.properties.get(LONGEST_PAUSE) if element else None
    text = own or rule.longest_pause or _drawn_wait(step, rule) or sop.LONGEST_PAUSE
    try:
        return worktime.Limit.parse(str(step.evaluate(text, step.run.variables)))
    except AlurError as error:
        incidents.open_incident(step, happening.element or "", "clock", error)
        return worktime.Limit.parse(sop.LONGEST_PAUSE)


def _drawn_wait(step: Step, rule: ClockRule) -> str | None:
    """The limit of the timer that this step set beside the wait for the reply, where it is written out."""
    new = [wait for wait in step.run.waits() if wait.id not in step.waited and wait.gateway]
    gateways = {wait.gateway for wait in new if wait.name in rule.resume}
    timers = [wait.element for wait in new if wait.kind == "timer" and wait.gateway in gateways]
    limits = [paths.literal(step.program.element(each).timer) for each in timers]
    return next((str(limit) for limit in limits if limit is not None), None)


def _resume_when_nothing_is_awaited(step: Step) -> None:
    """The waiting timer fired instead of the reply: whatever pauses a clock is no longer awaited."""
    rules = _rules(step)
    awaited = {wait.name for wait in step.run.waits() if wait.kind == "message"}
    for deadline in _clocks(step):
        rule = rules.get(deadline.key)
        if rule is not None and rule.resume and not awaited.intersection(rule.resume):
            pausing.await_no_more(step, deadline)


def _reread_limits(step: Step) -> None:
    """The class may have changed: the limit is read again, the start stays."""
    rules = _rules(step)
    for deadline in _clocks(step):
        rule = rules.get(deadline.key)
        if rule is None:
            continue
        try:
            limit = worktime.Limit.parse(limit_text(step, rule))
            if str(limit) != deadline.limit:
                deadlines.change_limit(step, deadline, limit)
        except AlurError:
            continue  # what cannot be counted now does not move a due time that was promised


def _rules(step: Step) -> Mapping[str, ClockRule]:
    """The clocks that the SOP declares."""
    return step.program.sop.clocks if step.program.sop else {}


def _clocks(step: Step) -> list[Deadline]:
    return deadlines.running(step, "clock")
