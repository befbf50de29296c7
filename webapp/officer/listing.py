"""Which tasks a list shows: tab, role and words, as they stand in the address and travel on to each task."""

from dataclasses import dataclass
from typing import Any

from flask import request

from engine.cases.inbox import Query
from engine.errors import Message, msg

MINE, ROLES, OVERDUE, ESCALATIONS = "milik", "peran", "lewat", "eskalasi"
LABELS: dict[str, Message] = {
    MINE: msg("Mine"),
    ROLES: msg("My roles"),
    OVERDUE: msg("Overdue"),
    ESCALATIONS: msg("Escalations to me"),
}
COUNTS = {MINE: "mine", ROLES: "roles", OVERDUE: "overdue", ESCALATIONS: "escalations"}
TAB, ROLE, TEXT, AFTER = "tab", "peran", "cari", "sesudah"
_LONGEST = 200


@dataclass(frozen=True)
class Listing:
    """A list of tasks. ``tab`` is empty when the address names none: then the page chooses."""

    tab: str = ""
    role: str = ""
    text: str = ""
    after: str = ""

    @classmethod
    def of_request(cls) -> "Listing":
        """As the address says; what it cannot say is left out."""
        tab = request.args.get(TAB, "")
        return cls(
            tab if tab in LABELS else "",
            request.args.get(ROLE, "")[:_LONGEST],
            request.args.get(TEXT, "").strip()[:_LONGEST],
            request.args.get(AFTER, "")[:_LONGEST],
        )

    @property
    def is_filtered(self) -> bool:
        """Whether words or a role narrow the tab."""
        return bool(self.role or self.text)

    def query(self, *, limit: int | None = None, after: str | None = None) -> Query:
        """The same list as the engine asks it, from ``after`` on."""
        tab = self.tab or ROLES
        more: dict[str, Any] = {"limit": limit} if limit else {}
        return Query(
            mine=tab == MINE,
            role=self.role or None,
            overdue=tab == OVERDUE,
            escalations=tab == ESCALATIONS,
            text=self.text,
            after=after or self.after or None,
            **more,
        )

    def parameters(self, **changed: str) -> dict[str, Any]:
        """The parts of an address that name this list; ``changed`` replaces some, the page is left out."""
        own = {TAB: self.tab, ROLE: self.role, TEXT: self.text} | changed
        return {name: value for name, value in own.items() if value}
