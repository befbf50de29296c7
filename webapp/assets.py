"""Static files under addresses that change with their content, so that browsers may keep them for a year."""

import hashlib
from pathlib import Path

from flask import Flask, Response, current_app, request, url_for

_YEAR = "public, max-age=31536000, immutable"
_HASHES: dict[tuple[str, int], str] = {}


def asset(name: str) -> str:
    """The address of a static file, with the hash of its content: ``asset("alur.css")``."""
    return url_for("static", filename=name, v=_content_hash(name))


def _content_hash(name: str) -> str:
    path = Path(current_app.static_folder or "") / name
    if not path.is_file():
        return "missing"
    key = (str(path), path.stat().st_mtime_ns)
    if key not in _HASHES:
        _HASHES[key] = hashlib.sha256(path.read_bytes()).hexdigest()[:12]
    return _HASHES[key]


def serve_long(app: Flask) -> None:
    """Let browsers keep a static file whose address names its present content; others ask each time."""

    @app.after_request
    def cache(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code in (200, 304):
            name = str((request.view_args or {}).get("filename", ""))
            named = request.args.get("v")
            current = named is not None and named == _content_hash(name)
            response.headers["Cache-Control"] = _YEAR if current else "no-cache"
        return response
