"""What a rule is: a name, and up to three pure functions that check, mend, and write an answer back."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from engine.bpmn.finding import Finding, Option, Severity
from engine.bpmn.model import Diagram, Flow, Lane, Node, Process
from engine.bpmn.sop import Sop
from engine.errors import Message


@dataclass(frozen=True)
class Package:
    """Everything a rule may look at besides the diagram it checks.

    ``decisions`` maps the ids that the files hold to their names, ``forms`` their keys to the keys of their
    fields; ``called`` names the processes that exist outside (sop.toml memanggil, or what the catalog
    resolved), with their diagrams where known. ``sop`` is None without a sop.toml; ``strict`` says that the
    rules about accountability count. ``held`` are the roles that somebody holds; None where nobody knows.
    """

    diagrams: Sequence[Diagram] = ()
    decisions: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    called: Mapping[str, Diagram | None] = field(default_factory=dict)
    sop: Sop | None = None
    strict: bool = False
    held: Collection[str] | None = None

    @property
    def processes(self) -> dict[str, Process]:
        """The processes of the package and of those it calls, by id."""
        known = {process.id: process for diagram in self.diagrams for process in diagram.processes}
        for process_id, diagram in self.called.items():
            found = diagram.process(process_id) if diagram is not None else None
            if found is not None:
                known.setdefault(process_id, found)
        return known


@dataclass(frozen=True)
class Subject:
    """One diagram under check: the processes that are to run, and the package around it."""

    diagram: Diagram
    processes: Sequence[Process]
    package: Package

    def nodes(self) -> Iterable[Node]:
        """All nodes of the processes that are to run."""
        for process in self.processes:
            yield from process.scope.walk()


Check = Callable[[Subject], Iterable[Finding]]
Repair = Callable[[etree._Element], Iterable[Finding]]
# Writes the answer to the question about an element into the tree; a message says why it cannot be taken.
Write = Callable[[etree._Element, str, str], Message | None]


@dataclass(frozen=True)
class Rule:
    """One rule. ``sop`` marks the rules about accountability, which only warn unless asked to count;
    then they weigh ``weight``, or what the operator says.
    """

    name: str
    check: Check | None = None
    repair: Repair | None = None
    answer: Write | None = None
    sop: bool = False
    weight: Severity = Severity.ERROR

    def _finding(
        self,
        severity: Severity,
        at: Node | Flow | Process | Lane | None,
        message: Message,
        hint: Message | None,
        options: Sequence[Option],
    ) -> Finding:
        return Finding(
            rule=self.name,
            severity=severity,
            element=at.id if at is not None else "",
            message=message,
            name=at.name if at is not None else "",
            line=at.line if at is not None else 0,
            hint=hint,
            options=tuple(options),
        )

    def error(
        self, at: Node | Flow | Process | Lane | None, message: Message, hint: Message | None = None
    ) -> Finding:
        """The diagram cannot run as it is."""
        return self._finding(Severity.ERROR, at, message, hint, ())

    def question(
        self,
        at: Node | Flow | Process | Lane | None,
        message: Message,
        hint: Message | None = None,
        options: Sequence[Option] = (),
    ) -> Finding:
        """The diagram runs once somebody answers."""
        return self._finding(Severity.QUESTION, at, message, hint, options)

    def repaired(
        self, at: Node | Flow | Process | Lane | None, message: Message, hint: Message | None = None
    ) -> Finding:
        """It was mended, or is run in the way the message says."""
        return self._finding(Severity.REPAIR, at, message, hint, ())

    def warning(
        self, at: Node | Flow | Process | Lane | None, message: Message, hint: Message | None = None
    ) -> Finding:
        """It runs; the designer may want to know."""
        return self._finding(Severity.WARNING, at, message, hint, ())

    def mended(self, xml: etree._Element, line: int, message: Message) -> Finding:
        """A repair made in the tree itself, before there is a model."""
        name = " ".join((xml.get("name") or "").split())
        return Finding(self.name, Severity.REPAIR, xml.get("id", ""), message, name=name, line=line)
