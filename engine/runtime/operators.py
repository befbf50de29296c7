"""Who may operate an agency's cases, and what an operator has to say for it."""

from engine.errors import FieldError, Forbidden, msg
from engine.people.principals import ADMIN, OPERATOR, Principal
from engine.people.rules import length_faults, raise_faults

LONGEST_REASON = 1000


def must_operate(who: Principal) -> None:
    """Raises Forbidden for others than operators and administrators."""
    if not who.has(OPERATOR, ADMIN):
        raise Forbidden(msg("Only an operator or administrator of the agency may do this."))


def must_say_why(reason: str) -> None:
    """Raises Invalid where no reason is given, or a book of one."""
    faults = length_faults("reason", reason, LONGEST_REASON)
    if not reason.strip():
        faults.append(FieldError("reason", msg("Write why.")))
    raise_faults(faults)
