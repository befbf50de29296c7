"""Pages for people who report: they set no cookie, need no script, and keep nothing before sending."""

from webapp.citizen.front import blueprint

blueprints = (blueprint,)
