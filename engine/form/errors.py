"""What can be wrong with a form itself; wrong answers are ``FieldError``s of the check."""

from engine.errors import FieldError, Message, Refused, msg


class FormError(Refused):
    """The definition cannot be used; ``findings`` lists every fault as a FieldError with the field's key."""

    def __init__(self, faults: list[FieldError]) -> None:
        first = f"{faults[0].key}: {faults[0].message}" if faults[0].key else str(faults[0].message)
        super().__init__(msg("The form cannot be used: %(first)s", first=first), findings=faults)


class Fault(Exception):
    """One answer breaks one rule; caught by the check, which adds the field's path."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message
