"""Pages for heads: what is late or escalated, whether limits are kept, how work lies on people."""

from engine.errors import msg
from webapp.navigation import Link
from webapp.supervisor import board, handover, timeliness

blueprints = (board.blueprint, timeliness.blueprint, handover.blueprint)
links = (Link(msg("Supervision"), "pantau.show", place=30),)
