"""Headers that every answer carries: no inline script or style, no framing, nothing kept by caches."""

from flask import Blueprint, Flask, Response, current_app, request
from flask.sansio.app import App

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

LARGEST_BODY = 8 * 1024 * 1024

_FIXED = {
    "X-Content-Type-Options": "nosniff",
    # "same-origin", not "no-referrer": the latter makes browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def loosen(blueprint: Blueprint, **directives: str) -> None:
    """Change directives for one blueprint's pages: ``loosen(b, style_src="'self' 'unsafe-inline'")``.

    Only the modeler pages need it: bpmn.io draws with inline styles. Say why beside each call.
    """
    changed = {name.replace("_", "-"): value for name, value in directives.items()}
    unknown = changed.keys() - POLICY.keys() - {"worker-src"}
    if unknown:
        raise ValueError(f"unknown policy directives: {sorted(unknown)}")
    blueprint.record(lambda state: _loosened(state.app).update({blueprint.name: changed}))


def protect(app: Flask) -> None:
    """Give every answer of the application its headers."""
    _loosened(app)
    app.before_request(_limit_size)
    app.after_request(_add_headers)


def _limit_size() -> None:
    """Only uploads may be large: other bodies are read into memory whole."""
    if request.mimetype != "multipart/form-data":
        request.max_content_length = LARGEST_BODY


def _loosened(app: App) -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = app.extensions.setdefault("alur.loosened", {})
    return table


def _policy(blueprint: str | None) -> str:
    directives = POLICY | _loosened(current_app).get(blueprint or "", {})
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def _add_headers(response: Response) -> Response:
    own = {name.lower() for name, _ in response.headers}
    wanted = {**_FIXED, "Content-Security-Policy": _policy(request.blueprint)}
    if request.is_secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    response.headers.extend({name: value for name, value in wanted.items() if name.lower() not in own})
    return response
