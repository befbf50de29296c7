"""What can be wrong with a decision model."""

from dataclasses import dataclass

from engine.errors import AlurError, Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the id of the nearest element that has one, its line, what is wrong, the text concerned."""

    id: str
    line: int
    message: Message
    text: str = ""
    decision: str = ""
    hint: Message | None = None


class DmnError(AlurError):
    """A decision model cannot be read, or a decision cannot be made; ``findings`` lists every fault."""

    def __init__(self, message: Message, findings: list[Finding] | None = None) -> None:
        super().__init__(message, findings=findings or [])
        self.findings = findings or []
