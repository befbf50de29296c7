"""One run of a process: what the runtime calls, and nothing else of the engine does it need."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from SpiffWorkflow.util.task import TaskState

from engine import feel
from engine.errors import Conflict, msg
from engine.spiff import codec, snapshot, stepping
from engine.spiff.catching import catcher
from engine.spiff.compile import Compiled
from engine.spiff.errors import FlowError
from engine.spiff.report import Event, Failure, Scope, Wait
from engine.spiff.scope import checked, merged, write
from engine.spiff.strike import strike, strike_attached
from engine.spiff.visible import flow_frames
from engine.spiff.workflow import FINISH, Instance, Token

BUDGET = 1000
"""Automatic steps allowed in one go."""


class Services(Protocol):
    """What a run asks of whoever runs it."""

    def env(self, element: str) -> feel.Environment:
        """The FEEL surroundings (now, zone, working-time functions) at an element."""

    def decide(self, decision: str, context: dict[str, Any]) -> Any:
        """The value of a decision for JSON variables; JSON or FEEL."""

    def deadline(self, element: str, value: Any, since: datetime | None = None) -> datetime:
        """The due instant, aware, of a timer: a literal text, or the FEEL value of its expression.

        A duration is counted from now, or from ``since``.
        """


class Run:
    """A running process. Not for two threads at once."""

    def __init__(self, instance: Instance) -> None:
        self._instance = instance

    # ------------------------------------------------------------ life

    @classmethod
    def start(
        cls,
        compiled: Compiled,
        process: str,
        start: str | None,
        variables: Mapping[str, Any],
        services: Services,
    ) -> "Run":
        """A new run standing before its start event; ``step`` lets it go.

        Raises NotFound for an unknown process or start event, Invalid for variables that are no JSON.
        """
        key, start = compiled.resolve(process, start)
        instance = Instance(compiled, key, services, start)
        instance.data = checked(variables)
        instance.begin(instance)
        return cls(instance)

    @classmethod
    def load(cls, compiled: Compiled, blob: bytes, services: Services) -> "Run":
        """The run that was dumped; raises Conflict when the definition does not fit it."""
        return cls(codec.load(compiled, blob, services))

    def dump(self) -> bytes:
        """The whole state, ready to be stored."""
        self._instance.prune()
        return codec.dump(self._instance)

    @property
    def done(self) -> bool:
        """Whether nothing is left to happen."""
        return self._instance.completed

    @property
    def terminated(self) -> bool:
        """Whether it was ended by ``cancel``."""
        return self._instance.terminated

    @property
    def ended_at(self) -> str | None:
        """The end event of the process itself that was reached last."""
        return self._instance.ended_at

    @property
    def events(self) -> list[Event]:
        """What has happened since the start or the load, in order."""
        return self._instance.events

    # ------------------------------------------------------------ moving on

    def step(self, budget: int = BUDGET) -> None:
        """Do all automatic work until only waits are left.

        An element that fails stays where it is and keeps what it was given; other branches go on as far as
        they can. Then StepFailed is raised for the first failure that has not been raised yet (``failures``
        lists all); what has been raised waits for ``retry`` in silence. Raises BudgetExceeded when
        ``budget`` automatic steps were not enough.
        """
        stepping.step(self._instance, budget)

    def retry(self, at: str | None = None) -> None:
        """Let what has failed go on: all of it, or the one failure ``at``. ``step`` then tries it again."""
        for token in stepping.failed(self._instance):
            if at in (None, token.id):
                token.internal_data.pop("failed")
                token.internal_data.pop("unraised", None)

    def cancel(self) -> None:
        """End the run at once: everything open is cancelled. Raises Conflict when it is over already."""
        instance = self._instance
        if instance.completed:
            raise Conflict(msg("The process has ended already."))
        instance.kill()
        instance.completed = instance.terminated = True
        instance.prune()

    # ------------------------------------------------------------ answers from outside

    def complete(self, wait_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A person has done the user task. ``step`` goes on from there.

        This and the other answers raise Conflict when the wait is no longer open or is of another kind, and
        Invalid for variables that are no JSON; nothing has changed then.
        """
        self._answer(wait_id, variables, "user")

    def finish(self, wait_id: str, variables: Mapping[str, Any] | None = None) -> None:
        """A worker has done the topic."""
        self._answer(wait_id, variables, "topic")

    def _answer(self, wait_id: str, variables: Mapping[str, Any] | None, kind: str) -> None:
        token, submitted = self._open(wait_id, kind), checked(variables)
        token.internal_data["told"] = True
        self._instance.record("completed", token, payload=submitted)
        token.ready(FINISH, submitted)

    def fire(self, wait_id: str) -> None:
        """The timer's time has come; whether it has is the caller's to know.

        Times of a cycle that have passed meanwhile are one firing, whose event says how many (``count``).
        """
        token = self._open(wait_id, "timer")
        strike(token, {}, **token.task_spec.missed(token))

    def deliver(self, wait_id: str, payload: Mapping[str, Any] | None = None) -> None:
        """A message or signal has come for the wait."""
        token = self._open(wait_id, "message", "signal")
        strike(token, checked(payload))

    def throw_error(self, wait_id: str, code: str, variables: Mapping[str, Any] | None = None) -> bool:
        """The worker reports a BPMN error: the innermost matching error event catches it, or none does.

        Then the topic stands still and the next ``step`` raises StepFailed; ``retry`` offers it again.
        """
        token, payload = self._open(wait_id, "topic", "user"), checked(variables)
        found = catcher(token, "error", code, itself=True)
        detail = {"kind": "error", "code": code, "caught": found is not None}
        self._instance.record("thrown", token, name=code, payload=payload, detail=detail)
        if found is None:
            stepping.fail(token, FlowError(msg("Nothing catches the error %(code)s.", code=code)))
        else:
            strike_attached(*found, payload, code=code)
        return found is not None

    def set_variables(self, variables: Mapping[str, Any], at: str | None = None) -> None:
        """Correct variables: in the root scope, or as seen from ``at``, a wait, scope or failure.

        What a failed element had been handed (a person's answers) is corrected too, for ``retry`` to see.
        """
        values = checked(variables)
        if at is None:
            self._instance.data.update(values)
            return
        token = self._token(at)
        write(flow_frames(token), values)
        token.submitted.update({name: value for name, value in values.items() if name in token.submitted})

    # ------------------------------------------------------------ looking at it

    @property
    def variables(self) -> dict[str, Any]:
        """A copy of the root scope."""
        return dict(self._instance.data)

    def context(self, token_id: str) -> dict[str, Any]:
        """All variables seen from a wait, scope or failure, inner ones over outer ones."""
        token = self._token(token_id)
        return merged(snapshot.seen(token))

    def waits(self) -> list[Wait]:
        """Everything the run waits for, oldest first in each scope."""
        return snapshot.waits(self._instance)

    def scopes(self) -> list[Scope]:
        """Active subprocesses and call activities, outer ones first."""
        return snapshot.scopes(self._instance)

    def failures(self) -> list[Failure]:
        """Where the flow stands still until ``retry``."""
        return [
            Failure(token.id, token.task_spec.element, token.internal_data["failed"])
            for token in stepping.failed(self._instance)
        ]

    def _token(self, token_id: str) -> Token:
        token = self._instance.find(token_id)
        if token is None or not token.live:
            raise Conflict(msg("This step of the process is no longer open."), id=token_id)
        return token

    def _open(self, wait_id: str, *kinds: str) -> Token:
        """The waiting token; raises Conflict when it does not wait, or for something else."""
        token = self._token(wait_id)
        if token.state != TaskState.STARTED or token.failed or token.task_spec.wait_kind() not in kinds:
            raise Conflict(msg("This step of the process is no longer open."), id=wait_id)
        return token
