"""Pages for officers: the inbox, a task, a report, the search, and filing on somebody's behalf."""

from engine.errors import msg
from webapp.navigation import Link
from webapp.officer import entering, inbox, intake, report, searching, task

blueprints = (
    inbox.blueprint,
    task.blueprint,
    report.blueprint,
    entering.blueprint,
    searching.blueprint,
    intake.blueprint,
)
links = (
    Link(msg("Tasks"), "kotak.inbox", place=10),
    Link(msg("Reports"), "cari.search", place=20),
)
