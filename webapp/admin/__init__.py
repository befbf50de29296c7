"""Pages for administrators (units, people, roles, calendar), for the platform, and for one's own account."""

from engine.errors import msg
from webapp.admin import (
    account,
    agency,
    appointments,
    calendar,
    counting,
    hours,
    moves,
    overview,
    people,
    platform,
    roles,
    substitutions,
    units,
)
from webapp.navigation import Link

blueprints = tuple(
    module.blueprint
    for module in (
        overview,
        units,
        people,
        appointments,
        roles,
        calendar,
        hours,
        moves,
        counting,
        agency,
        platform,
        account,
        substitutions,
    )
)
links = (
    Link(msg("Administration"), "kelola.overview", place=70),
    Link(msg("Platform"), "pengelola.overview", place=75),
    Link(msg("My account"), "saya.show", place=95),
)
