"""Pages for heads: what is late, what was escalated, how the work lies on people, handing tasks over."""

from engine.errors import msg
from webapp.navigation import Link
from webapp.supervisor import board, handover

blueprints = (board.blueprint, handover.blueprint)
links = (Link(msg("Supervision"), "pantau.show", place=30),)
