"""Pages for people who report: they set no cookie, need no script, and keep nothing before sending."""

from webapp.citizen import filing, following, reporting
from webapp.citizen.front import blueprint

blueprints = (blueprint, filing.blueprint, following.blueprint, reporting.blueprint)
