"""What can be wrong with an expression."""

from engine.errors import AlurError, Message


class FeelError(AlurError):
    """An expression cannot be read or computed."""


class FeelSyntaxError(FeelError):
    """The text is no FEEL; ``position`` is the offset, in characters from 0, of the first wrong place."""

    def __init__(self, message: Message, position: int) -> None:
        super().__init__(message, position=position)
        self.position = position


class FeelLimitError(FeelError):
    """The expression needs more depth, steps or room than one expression is given."""
