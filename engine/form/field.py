"""The fields of a form, as the pages draw them and the check reads them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from engine import feel
from engine.form.pattern import Pattern

TEXT_TYPES = frozenset({"textfield", "textarea"})
CHOICE_TYPES = frozenset({"radio", "select"})
MANY_TYPES = frozenset({"checklist", "taglist"})
LIST_TYPES = MANY_TYPES | {"filepicker", "dynamiclist"}
INPUT_TYPES = TEXT_TYPES | CHOICE_TYPES | LIST_TYPES | {"number", "datetime", "checkbox"}
SHOWN_TYPES = frozenset(
    {"text", "html", "separator", "spacer", "image", "iframe", "button", "table", "documentPreview"}
)
COMPUTED = "expression"
"""A component that nobody fills in: its value follows from the others, as form-js computes it."""
MOST_ITEMS = 200
LONGEST_TEXT = 50_000


@dataclass(frozen=True)
class Option:
    """One choice: the value that is stored and the label that is shown."""

    value: Any
    label: str


@dataclass(frozen=True)
class Rules:
    """What an answer must obey. Lengths count characters, ``fewest`` and ``most`` items of a list."""

    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    shortest: int | None = None
    longest: int | None = None
    pattern: Pattern | None = None
    decimals: int | None = None
    fewest: int = 0
    most: int = MOST_ITEMS
    megabytes: int | None = None  # the largest file
    address: str | None = None  # "email", "phone", or "contact" for either
    not_future: bool = False
    not_past: bool = False


@dataclass(frozen=True, eq=False)
class Field:
    """A component of the form, input or not, in document order.

    ``key`` is the variable's name; a component without one (a text, a plain group) is known by its id.
    ``hide`` is the form-js condition: true hides. ``children`` are those of a group or of one list item.
    """

    key: str
    type: str
    label: str = ""
    description: str = ""
    subtype: str = ""
    text: str = ""
    options: tuple[Option, ...] = ()
    values_key: str | None = None
    values_expression: feel.Expression | None = None
    multiple: bool = False
    validate: Rules = Rules()
    hide: feel.Expression | None = None
    compute: feel.Expression | None = None
    default: Any = None
    readonly: bool = False
    properties: dict[str, str] = field(default_factory=dict)
    children: tuple["Field", ...] = ()
    nests: bool = False  # a group with a path: its answers are an object of their own

    @property
    def required(self) -> bool:
        """Whether a visible field must be answered (a checkbox: ticked)."""
        return self.validate.required

    @property
    def is_input(self) -> bool:
        """Whether the component takes an answer under its key."""
        return self.type in INPUT_TYPES or self.nests

    @property
    def options_source(self) -> str | None:
        """Where dynamic options come from: unit, instansi, orang, duplikat, kandidat (``alur:options``)."""
        return self.properties.get("alur:options")

    @property
    def is_dynamic(self) -> bool:
        """Whether the options are known only when the form is opened."""
        return bool(self.options_source or self.values_key or self.values_expression)

    @property
    def personal(self) -> str | None:
        """``ya``, ``mungkin``, ``kesehatan``, or None (``alur:personal``)."""
        return self.properties.get("alur:personal")

    @property
    def visible_to(self) -> tuple[str, ...]:
        """Roles that may see the value besides its author (``alur:visibleTo``)."""
        return _listed(self.properties.get("alur:visibleTo", ""))

    @property
    def accept(self) -> tuple[str, ...]:
        """File endings a filepicker takes, lower case without the dot; empty for any."""
        return tuple(ending.lstrip(".").lower() for ending in _listed(self.properties.get("alur:accept", "")))

    def walk(self) -> Iterator["Field"]:
        """This component and everything below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


def inputs_of(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The fields whose keys stand at one level: plain groups are looked into, lists are not."""
    for each in fields:
        if each.is_input:
            yield each
        elif each.type == "group":
            yield from inputs_of(each.children)


def computed_of(fields: tuple[Field, ...]) -> Iterator[Field]:
    """The computed fields whose keys stand at one level."""
    for each in fields:
        if each.compute is not None:
            yield each
        elif each.type == "group" and not each.nests:
            yield from computed_of(each.children)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())
