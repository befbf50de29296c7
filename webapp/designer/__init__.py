"""Pages for designers of SOPs: upload, draw, see findings, answer, compare, try out, bring into force."""

from engine.errors import msg
from webapp.designer import comparing, files, listing, making, modeler, scenarios, sheet, trial, version
from webapp.navigation import Link

blueprints = (
    listing.blueprint,
    making.blueprint,
    version.blueprint,
    comparing.blueprint,
    scenarios.blueprint,
    trial.blueprint,
    sheet.blueprint,
    files.blueprint,
    modeler.blueprint,
)
links = (Link(msg("SOPs"), "sop.overview_page", place=40),)
