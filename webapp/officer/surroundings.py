"""What every page for officers needs: the agency's zone, its calendar, its roles in words."""

from flask import Blueprint, g

from engine import feel, worktime
from engine.form import Form
from engine.people import calendars, roles
from webapp import format
from webapp.house import house, now
from webapp.visitor import person, visitor


def write_local_times(blueprint: Blueprint) -> None:
    """Write the times of a blueprint's pages in the zone of the visitor's agency."""

    @blueprint.before_request
    def use_own_zone() -> None:
        who = visitor().person
        if who is not None:
            format.use_zone(who.zone)


def calendar() -> worktime.Calendar:
    """The calendar that the visitor's agency counts by, read once in a request."""
    if "calendar" not in g:
        g.calendar = calendars.calendar(house(), person())
    found: worktime.Calendar = g.calendar
    return found


def role_titles() -> dict[str, str]:
    """The agency's roles in words, by key."""
    return {role.key: role.title for role, _ in roles.listing(house(), person())}


def visible(form: Form, answers: dict[str, object], context: dict[str, object]) -> set[str]:
    """The fields that these answers call for, among the variables that the task sees."""
    own = calendar()
    env = feel.Environment(now=now(), zone=own.zone, functions=worktime.functions(own, now()))
    return form.visible(answers, feel.from_json(context), env)
