"""Doing all automatic work of a run, and keeping what fails where it failed."""

from SpiffWorkflow.util.task import TaskState

from engine.errors import msg
from engine.spiff.errors import BudgetExceeded, FlowError, StepFailed, cause
from engine.spiff.events import Catch
from engine.spiff.gateways import InclusiveGateway
from engine.spiff.strike import strike
from engine.spiff.workflow import Instance, Token

PRUNE_EVERY = 256
"""Automatic steps after which finished tokens are dropped, so that a long step stays quick."""


def step(instance: Instance, budget: int) -> None:
    """Run until only waits and failures are left; then raise the first failure nobody has been told of."""
    used = 0
    while tokens := ready(instance) or woken(instance):
        for token in tokens:
            if token.state != TaskState.READY:
                continue
            if used == budget:
                raise exhausted(instance, budget)
            used += 1
            act(token)
            if used % PRUNE_EVERY == 0:
                instance.prune()
    look_for_deadlock(instance)
    instance.prune()
    for token in failed(instance):
        if token.internal_data.pop("unraised", False):
            raise failure(token)


def ready(instance: Instance) -> list[Token]:
    """Tokens that the engine may act on."""
    return [
        token
        for space in instance.spaces()
        for token in space.tasks.values()
        if token.state == TaskState.READY and not token.failed
    ]


def failed(instance: Instance) -> list[Token]:
    """Tokens that stand still until they are tried again."""
    return [token for space in instance.spaces() for token in space.tokens() if token.failed]


def act(token: Token) -> None:
    """Let one token do its next piece of work; whatever goes wrong is kept with it."""
    try:
        token.run()
    except Exception as error:
        token._set_state(TaskState.READY)
        fail(token, error)


def fail(token: Token, error: Exception) -> None:
    """Mark the token as failed; the step raises later."""
    token.internal_data["failed"] = str(cause(error))
    token.internal_data["unraised"] = True
    token.instance.errors[token.id] = error


def failure(token: Token) -> StepFailed:
    """The error that tells of a failed token."""
    error = token.instance.errors.get(token.id)
    text = msg("%(text)s", text=token.internal_data["failed"])
    found = StepFailed(token.task_spec.element, error or text, token.id)
    found.__cause__ = error
    return found


def exhausted(instance: Instance, budget: int) -> BudgetExceeded:
    """Stop every token that would go on."""
    text = msg("More than %(budget)s automatic steps without a wait.", budget=budget)
    stopped = ready(instance)
    for token in stopped:
        token.internal_data["failed"] = str(text)
    instance.prune()
    return BudgetExceeded(stopped[0].task_spec.element, text, stopped[0].id)


def woken(instance: Instance) -> list[Token]:
    """Tokens that can go on now that nothing else moves: inclusive joins, conditions that became true."""
    for space in instance.spaces():
        for token in space.tokens():
            spec = token.task_spec
            if isinstance(spec, InclusiveGateway) and token.state == TaskState.WAITING:
                if wake(token, spec):
                    return ready(instance)  # the next join must see where this one's tokens have gone
            elif isinstance(spec, Catch) and spec.wait_kind() == "condition":
                look_at_condition(token, spec)
    return ready(instance)


def wake(token: Token, spec: InclusiveGateway) -> bool:
    """Let a join go on that has what it waits for; whether it does."""
    try:
        return spec.wake(token.workflow)
    except Exception as error:
        if not token.failed:
            fail(token, error)
        return False


def look_at_condition(token: Token, spec: Catch) -> None:
    """Let a waiting condition strike when it has become true."""
    if token.state != TaskState.STARTED or token.failed:
        return
    try:
        if spec.condition_holds(token):
            strike(token, {})
    except Exception as error:
        fail(token, error)


def look_for_deadlock(instance: Instance) -> None:
    """Tokens at a join and nothing else that could ever move: a failure, not a silence.

    Event subprocesses that only wait to begin do not count: they can take the scope's place, not help it on.
    """
    tokens = [token for space in instance.spaces() for token in space.tokens()]
    if any(token.failed or can_move(token) for token in tokens):
        return
    for token in tokens:
        if token.state == TaskState.WAITING:
            fail(token, FlowError(msg("The join waits for a branch that cannot come any more.")))


def can_move(token: Token) -> bool:
    """Whether the token waits for something outside and its coming moves the flow on."""
    return token.state == TaskState.STARTED and token.task_spec.wait_kind() is not None and not token.idle
