"""What the drill's cases do, in plain Python and minutes; knows nothing of the engine (T5)."""

from dataclasses import dataclass, field

LIMIT, REMINDER, SECOND = 60, 48, 72  # minutes after the task came: due, reminded, escalated again
BESIDE, LEASE = 55, 20
STAGES = ("task", "timer", "topic", "message", "done")  # and incident, beside the way
WAITS = (30, 60)  # of even and odd versions


@dataclass
class Case:
    """A case by its number; ``stage`` is task, timer, topic, incident, message or done."""

    number: str
    opened: int
    version: int
    stage: str = "task"
    holder: str | None = None
    told: set[str] = field(default_factory=set)
    due: int = 0  # of the timer
    leased_until: int | None = None
    delivered: bool = False
    erased: bool = False
    happened: dict[str, int] = field(default_factory=dict)

    def happens(self, what: str) -> None:
        self.happened[what] = self.happened.get(what, 0) + 1


@dataclass
class Model:
    """All cases. A command that does not apply returns False and changes nothing."""

    now: int = 0
    cases: dict[str, Case] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    version: int = 1

    def file(self, key: str) -> bool:
        """The same key again shows the same case; of an erased one it is known only that it was used."""
        if key in self.keys:
            return not self.cases[self.keys[key]].erased
        number = f"CT-2026-{len(self.cases) + 1:06d}"
        self.keys[key] = number
        self.cases[number] = Case(number, self.now, self.version)
        return True

    def put_in_force(self) -> bool:
        """Another version, for the cases that are filed from now on."""
        self.version += 1
        return True

    def claim(self, number: str, person: str) -> bool:
        case = self.cases[number]
        if case.stage != "task" or case.holder not in (None, person):
            return False
        if case.holder is None:
            case.happens("task_claimed")
        case.holder = person
        return True

    def release(self, number: str, person: str) -> bool:
        case = self.cases[number]
        if case.stage != "task" or case.holder != person:
            return False
        case.holder = None
        case.happens("task_released")
        return True

    def hand_over(self, number: str, person: str, to: str) -> bool:
        """By whoever has the task, to anybody of its role."""
        case = self.cases[number]
        if case.stage != "task" or case.holder != person:
            return False
        case.holder = to
        case.happens("task_reassigned")
        return True

    def complete(self, number: str, person: str) -> bool:
        case = self.cases[number]
        if case.stage != "task" or case.holder not in (None, person):
            return False
        case.stage, case.holder, case.due = "timer", None, self.now + WAITS[case.version % 2]
        case.happens("task_completed")
        return True

    def beat(self) -> None:
        """Everything due happens once, also what several beats would have done."""
        for case in self.cases.values():
            if case.stage == "task":
                for what, after in (
                    ("remind", REMINDER),
                    ("beside", BESIDE),
                    ("first", LIMIT),
                    ("second", SECOND),
                ):
                    if what not in case.told and self.now >= case.opened + after:
                        case.told.add(what)
                        event = {"remind": "reminded", "beside": "timer_fired"}.get(what, "escalated")
                        case.happens(event)
            elif case.stage == "timer" and self.now >= case.due:
                case.stage, case.leased_until = "topic", None
                case.happens("timer_fired")

    def fetch(self) -> None:
        """Every topic that nobody has is leased."""
        for case in self.cases.values():
            if case.stage == "topic" and (case.leased_until is None or case.leased_until <= self.now):
                case.leased_until = self.now + LEASE

    def _holds(self, case: Case) -> bool:
        return case.stage == "topic" and case.leased_until is not None and case.leased_until > self.now

    def work(self, number: str) -> bool:
        case = self.cases[number]
        if not self._holds(case):
            return False
        case.stage = "message"
        case.happens("job_completed")
        return True

    def give_up(self, number: str) -> bool:
        case = self.cases[number]
        if not self._holds(case):
            return False
        case.stage = "incident"
        case.happens("incident_opened")
        return True

    def retry(self, number: str) -> bool:
        case = self.cases[number]
        if case.stage != "incident":
            return False
        case.stage, case.leased_until = "topic", None
        case.happens("retried")
        return True

    def message(self, number: str) -> bool:
        case = self.cases[number]
        if case.stage == "done":
            return True  # the same message again
        if case.stage != "message":
            return False
        case.stage = "done"
        case.happens("message_received")
        return True

    def erase(self, number: str) -> bool:
        """Only what has ended, and once; what it had still to tell others is told no more."""
        case = self.cases[number]
        if case.stage != "done" or case.erased:
            return False
        case.erased = True
        case.happens("erased")
        return True

    def deliver(self) -> None:
        for case in self.cases.values():
            case.delivered = case.delivered or (case.stage == "done" and not case.erased)

    # ------------------------------------------------------------ what can be seen

    def picture(self) -> dict[str, tuple[object, ...]]:
        """Of each case: stage, holder, open escalations, and how often each thing happened."""
        return {
            case.number: (
                case.stage,
                case.holder,
                len(case.told & {"first", "second"}) if case.stage == "task" else 0,
                tuple(sorted(case.happened.items())),
            )
            for case in self.cases.values()
        }

    def arrived(self) -> int:
        return sum(case.delivered for case in self.cases.values())

    def untold(self) -> int:
        return sum(
            case.stage == "done" and not (case.delivered or case.erased) for case in self.cases.values()
        )
