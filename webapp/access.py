"""Who may open a page. Every route says so with :func:`allow`; a route that says nothing is refused.

A rule is checked before the handler runs; what depends on one case or one task is checked by the engine,
whose ``NotFound`` and ``Forbidden`` become pages of their own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, current_app, g, request
from werkzeug.exceptions import InternalServerError

from engine.errors import AlurError, Forbidden, NotSignedIn, msg
from webapp.visitor import NOBODY, Visitor, recognise, visitor

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "alur_access_rule"


@dataclass(frozen=True)
class Rule:
    """A named condition on the visitor; ``check`` raises NotSignedIn, Forbidden or NotFound.

    Behind a ``cookieless`` rule even a signed-in officer is nobody known: no cookie is read, none is set.
    """

    name: str
    check: Callable[[Visitor], None]
    cookieless: bool = False


def allow(rule: Rule) -> Callable[[View], View]:
    """Declare a route's access rule: put it below the route decorator, nearest to the function."""

    def declare(view: View) -> View:
        setattr(view, _MARK, rule)
        return view

    return declare


def rule_of(view: Any) -> Rule | None:
    """The rule that a view function or a method view's class declares."""
    return getattr(view, _MARK, None) or getattr(getattr(view, "view_class", None), _MARK, None)


def _open_to_all(_: Visitor) -> None:
    return None


def _needs_person(who: Visitor) -> None:
    if who.person is None:
        raise NotSignedIn(msg("Please sign in."))


anyone = Rule("anyone", _open_to_all)
public = Rule("public, without a cookie", _open_to_all, cookieless=True)
signed_in = Rule("signed in", _needs_person)


def role(*names: str) -> Rule:
    """Whoever holds one of these roles now in their agency."""

    def check(who: Visitor) -> None:
        if who.person is None:
            raise NotSignedIn(msg("Please sign in."))
        if not who.person.has(*names):
            raise Forbidden(
                msg("This page needs the role %(roles)s.", roles=" / ".join(names)),
                hint=msg("Your agency's administrator can grant it."),
            )

    return Rule(f"role {' or '.join(names)}", check)


def declare_foreign(app: Flask, endpoint: str, rule: Rule) -> None:
    """Declare the rule of a route that a library added, such as static files and the OpenAPI document."""
    view = app.view_functions[endpoint]
    app.view_functions[endpoint] = allow(rule)(_own(view))


def _own(view: Callable[..., Any]) -> Callable[..., Any]:
    def call(**values: Any) -> Any:
        return view(**values)

    return call


def undeclared(app: Flask) -> list[str]:
    """The routes that declare no rule, for the test that refuses them."""
    return sorted(
        f"{each.endpoint} {each.rule}"
        for each in app.url_map.iter_rules()
        if rule_of(app.view_functions[each.endpoint]) is None
    )


def requested_rule() -> Rule | None:
    """The rule of the requested route; None when no route fits the address."""
    if request.endpoint is None:
        return None
    rule = rule_of(current_app.view_functions[request.endpoint])
    if rule is None:
        raise InternalServerError(f"{request.endpoint} declares no access rule")
    return rule


def guard(app: Flask) -> None:
    """Before each handler: find who asks (cookie-less pages know nobody), then check the declared rule."""

    @app.before_request
    def check_access() -> None:
        rule = requested_rule()
        g.visitor = NOBODY if rule and rule.cookieless else recognise()
        if rule is not None:
            rule.check(g.visitor)


def may_open(endpoint: str) -> bool:
    """Whether this request's visitor passes the rule of another page, so that a link to it makes sense."""
    rule = rule_of(current_app.view_functions.get(endpoint))
    try:
        if rule is not None:
            rule.check(visitor())
    except AlurError:
        return False
    return rule is not None
