"""What cannot be cleaned."""

from engine.errors import Message


class Unclean(Exception):
    """A file whose metadata cannot be taken out; ``why`` says what stands in the way and how to mend it."""

    def __init__(self, why: Message) -> None:
        self.why = why
        super().__init__(str(why))
