"""What an administrator should look at: roles without anybody, next year's calendar, people without roles."""

from dataclasses import dataclass

from flask import Blueprint, Response

from engine.people import directory, roles
from engine.people.principals import ADMIN, DESIGNER
from engine.worktime import national
from webapp.access import allow
from webapp.admin.filling import administers, page, today_here
from webapp.admin.named_roles import Named, named_roles
from webapp.house import house
from webapp.officer.surroundings import write_local_times
from webapp.visitor import person

blueprint = Blueprint("kelola", __name__)
write_local_times(blueprint)


@dataclass(frozen=True)
class Unheld:
    """A role of SOPs in force that nobody holds; ``known`` tells whether the agency has the role at all."""

    role: Named
    known: bool


@blueprint.get("/kelola")
@allow(administers)
def overview() -> Response:
    """What needs attention, most urgent first."""
    following = today_here().year + 1
    counts = {role.key: holders for role, holders in roles.listing(house(), person())}
    both = _few(counts)
    return page(
        "admin/overview.html",
        unheld=unheld(),
        following=following,
        calendar=national.year(following),
        idle=directory.without_roles(house(), person()),
        listed=directory.LISTED,
        few=both,
    )


def unheld() -> list[Unheld]:
    """The roles that SOPs in force name and nobody holds, those with tasks first."""
    counts = {role.key: holders for role, holders in roles.listing(house(), person())}
    empty = [
        Unheld(role, role.key in counts)
        for role in named_roles().values()
        if role.in_force and not counts.get(role.key)
    ]
    return sorted(empty, key=lambda each: (not any(each.role.in_force.values()), each.role.key))


def _few(counts: dict[str, int]) -> list[str]:
    """Which of the agency's own roles too few people hold: one administrator, or nobody to review a draft."""
    few = [ADMIN] if counts.get(ADMIN, 0) < 2 else []
    return few + ([DESIGNER] if counts.get(DESIGNER, 0) + counts.get(ADMIN, 0) < 2 else [])
