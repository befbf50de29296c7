"""The engine's side of a play: a diagram goes through the front end as uploads do, and runs in three ways."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from engine import bpmn, feel, spiff
from engine.errors import Conflict
from engine.worktime import Limit

BEGIN = datetime.fromisoformat("2026-03-02T02:00:00+00:00")
MODES = ("live", "reloaded", "unpruned")
"""Kept in memory; saved and loaded after every action; kept in memory with every finished token."""
HOUR = timedelta(hours=1)


class Refused(Exception):
    """The front end does not let a valid diagram run."""


class Torn(Exception):
    """The ways of running the same thing differ from each other."""


class Clock:
    """The services of a run, with a clock that is set by hand."""

    def __init__(self) -> None:
        self.hours = 0

    @property
    def now(self) -> datetime:
        return BEGIN + self.hours * HOUR

    def env(self, element: str) -> feel.Environment:
        return feel.Environment(now=self.now, zone=ZoneInfo("Asia/Jakarta"))

    def decide(self, decision: str, context: dict[str, Any]) -> Any:
        raise AssertionError("no decision is drawn")

    def deadline(self, element: str, value: Any, since: datetime | None = None) -> datetime:
        return (since or self.now) + timedelta(seconds=int(Limit.parse(value).amount))


def compiled(files: Mapping[str, bytes]) -> spiff.Compiled:
    """Check, repair, rewrite and compile; raises Refused."""
    verdict = bpmn.check(files)
    if not verdict.runs:
        raise Refused([f"{one.id}: {one.message}" for one in verdict.findings])
    return spiff.compile(bpmn.executable(verdict.files))


class Player:
    """One diagram running in every mode at once; each must see exactly the same."""

    def __init__(self, files: Mapping[str, bytes], start: str | None, data: dict[str, Any]) -> None:
        self.clock = Clock()
        self.compiled = compiled(files)
        self.runs = {mode: spiff.Run.start(self.compiled, "p", start, data, self.clock) for mode in MODES}
        self.act(lambda run: None)

    @property
    def run(self) -> spiff.Run:
        return self.runs["live"]

    def act(self, action: Callable[[spiff.Run], None]) -> None:
        for mode, run in self.runs.items():
            if mode == "unpruned":
                setattr(run._instance, "prune", lambda: None)  # noqa: B010 — types know no method that is replaced
            action(run)
            settle(run)
            if mode == "reloaded":
                self.runs[mode] = spiff.Run.load(self.compiled, run.dump(), self.clock)
        seen = {mode: _all(run) for mode, run in self.runs.items()}
        if len({repr(one) for one in seen.values()}) > 1:
            raise Torn("\n".join(f"{mode}: {one}" for mode, one in seen.items()))

    # ------------------------------------------------------------ what can be done

    def complete(self, wait: spiff.Wait, data: dict[str, Any]) -> None:
        self.act(lambda run: run.complete(wait.id, data))

    def finish(self, wait: spiff.Wait, data: dict[str, Any]) -> None:
        self.act(lambda run: run.finish(wait.id, data))

    def error(self, wait: spiff.Wait, code: str, data: dict[str, Any]) -> None:
        """A worker reports a BPMN error."""
        self.act(lambda run: run.throw_error(wait.id, code, data))

    def deliver(self, wait: spiff.Wait, data: dict[str, Any]) -> None:
        self.act(lambda run: run.deliver(wait.id, data))

    def signal(self, name: str) -> None:
        """A signal from outside reaches everything that waits for it."""
        self.act(lambda run: broadcast(run, name))

    def fire(self, wait: spiff.Wait, late: int) -> None:
        """The timer's time has come, or had come some hours ago."""
        self.clock.hours = max(self.clock.hours, hours(wait) or 0) + late
        self.act(lambda run: run.fire(wait.id))

    def mend(self, data: dict[str, Any]) -> None:
        """An operator corrects variables and lets what failed try again."""

        def action(run: spiff.Run) -> None:
            run.set_variables(data)
            run.retry()

        self.act(action)

    # ------------------------------------------------------------ what is seen

    def picture(self) -> Any:
        """What stands open, scope within scope, what failed, and the variables."""
        run = self.run
        children: dict[str | None, list[Any]] = {None: []}
        labels = []
        for scope in run.scopes():
            labels.append((scope.id, scope.scope, ("scope", scope.element, scope.called, scope.index)))
        for wait in run.waits():
            labels.append((wait.id, wait.host_id if wait.boundary else wait.scope, _wait(run, wait)))
        known = {id_ for id_, _, _ in labels}
        above = {wait.id: wait.scope for wait in run.waits()}
        for id_, parent, label in labels:
            children.setdefault(parent if parent in known else above.get(id_, parent), []).append(
                (id_, label)
            )
        failed = sorted(one.element for one in run.failures())
        return run.done, _tree(children, None), failed, sorted(run.variables.items())


def _tree(children: dict[str | None, list[Any]], parent: str | None) -> Any:
    found = [(label, _tree(children, id_)) for id_, label in children.get(parent, [])]
    return tuple(sorted(found, key=repr))


def _wait(run: spiff.Run, wait: spiff.Wait) -> Any:
    seen = sorted(run.context(wait.id).items()) if wait.kind in ("user", "topic") else []
    interrupting = wait.interrupting if wait.boundary else None
    return (wait.kind, wait.element, wait.name, hours(wait), wait.key, interrupting, wait.gateway, seen)


def hours(wait: spiff.Wait) -> int | None:
    return None if wait.due is None else round((wait.due - BEGIN) / HOUR)


def broadcast(run: spiff.Run, name: str) -> None:
    """Deliver a signal to all that waits for it; one that takes it may take another wait away."""
    for wait in [one for one in run.waits() if (one.kind, one.name) == ("signal", name)]:
        with suppress(Conflict):
            run.deliver(wait.id)


def settle(run: spiff.Run) -> None:
    """Bring a run to rest; failures stay where they are."""
    while True:
        try:
            return run.step()
        except spiff.BudgetExceeded:
            raise
        except spiff.StepFailed:
            continue  # the next step is silent about it, and goes on with the rest


def _all(run: spiff.Run) -> Any:
    """Everything that tells runs apart, ids included."""
    failures = [replace(one, message="") for one in run.failures()]
    return run.done, run.ended_at, run.waits(), run.scopes(), failures, run.variables
