"""The opened engine of the running application: what every service function takes first."""

from datetime import datetime
from typing import Any

from flask import current_app


def house() -> Any:
    """The engine that this application was created with."""
    return current_app.extensions["alur.house"]


def store() -> Any:
    """The ground of the people room's functions."""
    return house().store


def now() -> datetime:
    """The present instant of the house's clock, UTC."""
    moment: datetime = store().now()
    return moment


def page_secret() -> bytes:
    """The key that signs what travels in pages; apart from every other use of the server's key."""
    secret: bytes = store().derive("web", "pages")
    return secret
