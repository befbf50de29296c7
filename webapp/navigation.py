"""The links in the header of staff pages: each audience names its own; a visitor sees those they may open."""

from dataclasses import dataclass

from flask import Flask, current_app, request, url_for

from engine.errors import Message
from webapp.access import may_open


@dataclass(frozen=True)
class Link:
    """One entry: its words, the page's endpoint, and its place from left to right."""

    label: Message
    endpoint: str
    place: int = 50


def links() -> list[dict[str, object]]:
    """The entries for this visitor: ``{"label", "url", "here"}``."""
    entries: list[Link] = current_app.extensions["alur.links"]
    return [
        {"label": each.label, "url": url_for(each.endpoint), "here": request.endpoint == each.endpoint}
        for each in entries
        if may_open(each.endpoint)
    ]


def keep(app: Flask, found: list[Link]) -> None:
    """Keep the entries of all audiences."""
    app.extensions["alur.links"] = sorted(found, key=lambda each: (each.place, each.endpoint))
