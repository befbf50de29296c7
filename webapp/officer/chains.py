"""The escalation chains of a report in words: who is told when."""

from typing import Any

from flask_babel import gettext as _  # type: ignore[import-untyped]
from flask_babel import ngettext

from engine.cases import chains
from engine.cases.views import CaseView
from engine.errors import msg
from engine.runtime import deadlines as limits
from engine.runtime import staffing
from webapp import deadlines
from webapp.citizen.reporting import clock_name
from webapp.house import house
from webapp.i18n import translate
from webapp.officer.surroundings import role_titles

RULES = {
    chains.OWN: msg("whose work it is"),
    chains.NAMED: msg("named by the SOP"),
    chains.SUPERIOR: msg("the superior by the SOP"),
    chains.AGAIN: msg("the same again, for the SOP names no superior"),
    chains.ADMINISTRATORS: msg("the last level of every SOP"),
}
GAPS = {
    staffing.UNHELD: msg("nobody holds it"),
    staffing.AWAY: msg("all who hold it are away, and no deputy can answer"),
    staffing.BARRED: msg("all who hold it are kept away from this report"),
}
MARKS = {"told": "✓", "waiting": "○", "above": "↑"}


def shown(view: CaseView) -> list[dict[str, Any]]:
    """Each open deadline with its levels: ``{"name", "chip", "levels": [{"mark", "what", "at", "who"}]}``."""
    sop = view.program.sop
    titles = {**role_titles(), **({key: role.title for key, role in sop.roles.items()} if sop else {})}
    return [
        {
            "name": clock_name(chain.deadline.key)
            if chain.deadline.subject == "clock"
            else chain.deadline.name,
            "chip": deadlines.of_deadline(chain.deadline, view.calendar_of(chain.deadline)),
            "levels": [_level(level, titles) for level in chain.levels],
        }
        for chain in chains.chains(house(), view)
    ]


def _level(level: chains.Level, titles: dict[str, str]) -> dict[str, Any]:
    words = {
        limits.REMIND: _("Reminder"),
        limits.ESCALATE: _("First escalation"),
        limits.ESCALATE_AGAIN: _("Second escalation"),
        0: _("Above, where nobody can answer before"),
    }
    kind = "told" if level.told else "waiting" if level.number else "above"
    return {
        "mark": MARKS[kind],
        "told": level.told,
        "what": words[level.number],
        "at": level.at,
        "roles": ", ".join(titles.get(role) or role for role in level.roles),
        "rule": translate(RULES[level.rule]),
        "people": _people(level),
        "gap": level.gap,
        "held": level.gap != staffing.UNHELD,
    }


def _people(level: chains.Level) -> str:
    if level.gap:
        return translate(GAPS[level.gap])
    named = ", ".join(
        str(_("%(name)s for %(absent)s, who is away", name=name, absent=absent)) if absent else name
        for name, absent in level.people
    )
    if not level.more:
        return named
    return str(
        ngettext("%(names)s and %(num)d other", "%(names)s and %(num)d others", level.more, names=named)
    )
