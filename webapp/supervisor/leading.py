"""Who may open the pages for heads: people whose roles stand above others in an SOP of the agency."""

from engine.cases import handover
from engine.errors import NotSignedIn, msg
from webapp.access import Rule
from webapp.house import house
from webapp.visitor import Visitor


def _check(who: Visitor) -> None:
    if who.person is None:
        raise NotSignedIn(msg("Please sign in."))
    handover.must_lead(house(), who.person)


leads = Rule("leads roles of an SOP", _check)
