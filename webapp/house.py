"""The opened engine of the running application: what every service function takes first."""

from datetime import datetime
from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from engine.runtime.house import House


def house() -> "House":
    """The engine that this application was created with."""
    found: House = current_app.extensions["alur.house"]
    return found


def now() -> datetime:
    """The present instant of the house's clock, UTC."""
    return house().now()


def page_secret() -> bytes:
    """The key that signs what travels in pages; apart from every other use of the server's key."""
    return house().derive("web", "pages")
