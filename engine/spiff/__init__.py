"""The token engine: SpiffWorkflow behind our own elements, variables and state. Nothing else imports it."""

from engine.spiff.compile import Compiled, compile
from engine.spiff.errors import BudgetExceeded, CompileError, StepFailed
from engine.spiff.report import Event, Failure, Scope, Wait
from engine.spiff.run import Run, Services

__all__ = [
    "BudgetExceeded",
    "CompileError",
    "Compiled",
    "Event",
    "Failure",
    "Run",
    "Scope",
    "Services",
    "StepFailed",
    "Wait",
    "compile",
]
