"""What can go wrong between a diagram and its run."""

from typing import Any

from engine.errors import AlurError, Message, msg


class CompileError(AlurError):
    """The diagram holds something that cannot be run; ``element`` names where."""

    def __init__(self, message: Message, element: str = "", **details: Any) -> None:
        super().__init__(message, element=element, **details)
        self.element = element


class StepFailed(AlurError):
    """The flow could not go on at ``element``; the run stands there and can be retried.

    ``error`` is what failed, ``token`` the id to give to ``Run.retry`` or ``Run.set_variables``.
    """

    def __init__(self, element: str, error: BaseException | Message, token: str = "") -> None:
        message = error if isinstance(error, Message) else cause(error)
        super().__init__(message, element=element)
        self.element = element
        self.error = error
        self.token = token


class BudgetExceeded(StepFailed):
    """More automatic steps than allowed in one go: a loop without a wait in it."""


class FlowError(AlurError):
    """An element cannot be executed with the data at hand."""


def cause(error: BaseException) -> Message:
    """The sentence that tells an operator why a step failed."""
    if isinstance(error, AlurError):
        return error.message
    return msg("%(kind)s: %(text)s", kind=type(error).__name__, text=str(error))
