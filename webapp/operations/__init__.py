"""Pages for operators: whether the installation is well, incidents, jobs, deliveries."""

from engine.errors import msg
from webapp.navigation import Link
from webapp.operations import alike, pages

blueprints = (pages.blueprint, alike.blueprint)
links = (Link(msg("Operations"), "operasi.overview", place=80),)
