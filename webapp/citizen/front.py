"""The front page: report, follow, what to expect; and the choice of agency and service."""

from itertools import groupby

from flask import Blueprint, render_template

from engine.cases import filing
from webapp.access import allow, public
from webapp.house import house

blueprint = Blueprint("citizen", __name__)


@blueprint.get("/")
@allow(public)
def front() -> str:
    """Report, follow, and what happens then."""
    return render_template("citizen/front.html")


@blueprint.get("/lapor")
@allow(public)
def choose() -> str:
    """Agencies with the services that take reports, by name."""
    found = filing.services(house())
    agencies = [(name, list(own)) for name, own in groupby(found, key=lambda each: each.agency_name)]
    return render_template("citizen/choose.html", agencies=agencies)
