"""The front page: report, follow, what to expect."""

from flask import Blueprint, render_template

from webapp.access import allow, public

blueprint = Blueprint("citizen", __name__)


@blueprint.get("/")
@allow(public)
def front() -> str:
    """Report, follow, and what happens then."""
    return render_template("citizen/front.html")
