"""Puts the web application together; audiences are found, not listed: a new one touches no file here."""

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import Any

from apiflask import APIFlask
from flask import Flask

import webapp
from webapp import (
    access,
    assets,
    csrf,
    errors,
    format,
    i18n,
    limits,
    navigation,
    notices,
    refill,
    security,
    visitor,
)

LARGEST_REQUEST = 120 * 1024 * 1024  # ten attachments of 10 MB, and the answers
LARGEST_FIELD = 1024 * 1024


def create_app(house: Any, *, https: bool = False, practice: bool = False) -> APIFlask:
    """The application over an opened engine (``engine.bootstrap.open_house``).

    ``https`` says that people reach it encrypted, also where a proxy in front takes the encryption off;
    ``practice`` puts a banner on every page that says that nothing here is real.
    Every subpackage of ``webapp`` with a tuple ``blueprints`` is an audience; its tuple ``links`` goes into
    the header of staff pages.
    """
    app = APIFlask("webapp", title="Alur", version="1", docs_path=None, json_errors=False)
    app.extensions["alur.house"] = house
    app.extensions["alur.practice"] = practice
    if https:
        app.wsgi_app = _encrypted(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = _served(house, app.wsgi_app)  # type: ignore[method-assign]
    app.config.update(
        MAX_CONTENT_LENGTH=LARGEST_REQUEST, MAX_FORM_MEMORY_SIZE=LARGEST_FIELD, OPENAPI_VERSION="3.1.0"
    )
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    security.protect(app)
    limits.remember(app)
    assets.serve_long(app)
    i18n.speak(app)
    csrf.check_origins(app)
    access.guard(app)
    csrf.check_tokens(app)
    refill.hold_back(app)
    errors.handle(app)
    _equip_templates(app)
    _open_audiences(app)
    access.declare_foreign(app, "static", access.public)
    access.declare_foreign(app, "openapi.spec", access.public)
    return app


def _encrypted(inner: Callable[..., Any]) -> Callable[..., Any]:
    """Tell the application that the connection is encrypted."""

    def call(environ: dict[str, Any], start_response: Any) -> Any:
        return inner({**environ, "wsgi.url_scheme": "https"}, start_response)

    return call


def _served(house: Any, inner: Callable[..., Any]) -> Callable[..., Any]:
    """Let the work behind the pages know that somebody is being served."""

    def call(environ: dict[str, Any], start_response: Any) -> Any:
        with house.courtesy:
            return inner(environ, start_response)

    return call


def _open_audiences(app: Flask) -> None:
    links: list[navigation.Link] = []
    for module in _audiences():
        for blueprint in module.blueprints:
            app.register_blueprint(blueprint)
        links.extend(getattr(module, "links", ()))
    navigation.keep(app, links)


def _audiences() -> list[ModuleType]:
    names = [each.name for each in pkgutil.iter_modules(webapp.__path__) if each.ispkg]
    modules = [importlib.import_module(f"webapp.{name}") for name in sorted(names)]
    return [module for module in modules if hasattr(module, "blueprints")]


def _equip_templates(app: Flask) -> None:
    app.jinja_env.globals.update(
        asset=assets.asset,
        current_language=i18n.current_language,
        form_key=csrf.mint_key,
        languages=i18n.LANGUAGES,
        nav_links=navigation.links,
        notice=notices.notice,
        page_token=csrf.page_token,
        practice=app.extensions["alur.practice"],
        switch_language=i18n.switch_url,
        typed_fields=refill.typed,
        visitor=visitor.visitor,
    )
    app.jinja_env.filters.update(
        day=format.day,
        iso_day=format.iso_day,
        day_or_when=format.end_of_day_shown,
        number=format.number,
        size=format.size,
        as_date=format.as_date,
        happened=format.happened,
        when=format.when,
    )
