"""How everything of a report that has a due time was counted: tasks, stages, clocks, drawn timers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.cases.views import CaseView
from engine.runtime.timers import RECEIPT


@dataclass(frozen=True)
class Counted:
    """One due time. ``kind`` is item, scope, clock or timer; ``receipt`` is None where nothing was counted.

    ``element`` is what the diagram calls ``name``; ``host`` the task that a timer stands on, if any.
    """

    kind: str
    element: str
    name: str
    state: str
    due: datetime | None
    receipt: dict[str, Any] | None
    host: str | None = None


def counted(view: CaseView) -> list[Counted]:
    """Everything that runs, then the clocks that have stopped; the soonest due first."""
    running = {row.id for row in view.instance.deadlines}
    stopped = [clock for clock in view.clocks if clock.id not in running]
    found = [
        Counted(row.subject, row.element, row.name, row.state, row.due_at, row.receipt)
        for row in [*view.instance.deadlines, *stopped]
    ]
    return sorted(
        found + timers(view), key=lambda each: (each.state == "stopped", each.due is None, each.due)
    )


def timers(view: CaseView) -> list[Counted]:
    """The timers that the diagram draws and that run now."""
    found = []
    for job in view.instance.jobs:
        if job.kind == "timer":
            element = view.program.elements.get(job.element)
            name = element.name if element and element.name else job.element
            receipt = (job.payload or {}).get(RECEIPT)
            host = element.host if element else None
            found.append(Counted("timer", job.element, name, "running", job.due_at, receipt, host))
    return found
