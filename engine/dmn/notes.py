"""What is gathered while a model is read: the names it uses and every fault found."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from engine.dmn.faults import Finding
from engine.dmn.xml import Element, place, text_of
from engine.errors import Message, msg
from engine.feel.errors import FeelError
from engine.feel.expression import Expression, UnaryTests, build, build_unary
from engine.feel.types import Declared

_NAMED = ("variable", "inputData", "decision", "businessKnowledgeModel", "decisionService", "import")
_PARTS = ("formalParameter", "itemComponent", "column", "output", "parameters")
_FEEL = "feel"


class Notes:
    """The names known in one model, its faults, and the variables its expressions read."""

    def __init__(self, root: Element) -> None:
        self.findings: list[Finding] = []
        self.types: dict[str, Declared] = {}
        self.reads: set[str] = set()
        names: set[str] = set()
        for element in root.iter("{*}*"):
            local = element.tag.rpartition("}")[2]
            if local in _NAMED or local in _PARTS:
                names.add(str(element.get("name") or ""))
            if element.get("iteratorVariable"):
                names.add(str(element.get("iteratorVariable")))
            if element.get("{http://camunda.org/schema/1.0/dmn}inputVariable"):
                names.add(str(element.get("{http://camunda.org/schema/1.0/dmn}inputVariable")))
        # A parameter may be called "Person.Name"; elsewhere that is a path: such names are known inside only.
        self.names = frozenset(name for name in names if name and "." not in name)

    def include(self, names: Iterable[str]) -> None:
        """Further names, known in the whole model: those of a model imported without a name."""
        self.names |= frozenset(names)

    @contextmanager
    def also(self, names: Iterable[str]) -> Iterator[None]:
        """Further names, known for a while: the parameters of a function in its body."""
        before, self.names = self.names, self.names | frozenset(names)
        yield
        self.names = before

    def fault(
        self, element: Element, message: Message, *, text: str = "", hint: Message | None = None
    ) -> None:
        identity, line = place(element)
        decision = next(
            (str(one.get("id") or "") for one in element.iterancestors("{*}decision")),
            identity if element.tag.endswith("}decision") else "",
        )
        self.findings.append(Finding(identity, line, message, text, decision, hint))

    def expression(self, element: Element, text: str) -> Expression | None:
        """The expression of an element's text; None, with a finding, when it cannot be read."""
        found = self._read(element, text, build)
        if found is not None:
            self.reads |= found.reads
        return found

    def unary(self, element: Element, default: str = "-") -> UnaryTests | None:
        """The tests of a cell; None, with a finding, when they cannot be read."""
        found = self._read(element, text_of(element) or default, build_unary)
        if found is not None:
            self.reads |= found.reads
        return found

    def _read(self, element: Element, text: str, make: Any) -> Any:
        if not self._is_feel(element):
            return None
        try:
            return make(text, self.names, self.types)
        except FeelError as error:
            self.fault(
                element,
                msg("“%(text)s” cannot be read: %(why)s", text=text[:200], why=error.message),
                text=text,
                hint=error.hint,
            )
            return None

    def _is_feel(self, element: Element) -> bool:
        here: Element | None = element
        while here is not None:
            language = here.get("expressionLanguage")
            if language:
                if _FEEL in language.lower():
                    return True
                self.fault(
                    element,
                    msg("The language %(language)s is not run.", language=language),
                    text=text_of(element),
                    hint=msg("Write the expression in FEEL."),
                )
                return False
            here = here.getparent()
        return True
