"""Which variables a token sees, and expressions seen from there."""

from typing import Any

from engine import feel
from engine.spiff.scope import Frame, mapped, seen
from engine.spiff.settings import Assignment
from engine.spiff.workflow import Space, Token


def outer_frames(space: Space) -> list[Frame]:
    """The frames seen by what runs in the scope."""
    if space.isolated or space.host is None:
        return [space.data]
    return [space.data, *flow_frames(space.host)]


def flow_frames(token: Token) -> list[Frame]:
    """Frames that the token's results go to: its multi-instance's own variables, then the scope, outward."""
    frames = outer_frames(token.workflow)
    return [token.own, *frames] if token.own else frames


def frames(token: Token) -> list[Frame]:
    """Frames that the token reads: its input mappings first."""
    inner = flow_frames(token)
    return [token.inputs, *inner] if token.inputs else inner


def evaluate(
    token: Token, expression: feel.Expression, *, at: list[Frame] | None = None, element: str | None = None
) -> Any:
    """The FEEL value of an expression at the token, or seen from the frames ``at``.

    ``element`` is whose surroundings count when it is not the token's (a boundary event on its host).
    """
    env = token.instance.services.env(element or token.task_spec.element)
    return expression.evaluate(seen(frames(token) if at is None else at), env)


def assign(token: Token, mappings: tuple[Assignment, ...], at: list[Frame]) -> Frame:
    """The mappings' targets with their values, seen from the frames."""
    return mapped(mappings, at, token.instance.services.env(token.task_spec.element)) if mappings else {}
