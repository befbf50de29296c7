"""Problem documents (RFC 9457) as programs get them."""

from typing import Any

from flask import Flask, Response, request
from flask.blueprints import BlueprintSetupState
from pydantic import BaseModel, ConfigDict, Field


class Fault(BaseModel):
    """What is wrong at one place: a field's path, or a place in the JSON."""

    key: str
    message: str


class Problem(BaseModel):
    """What went wrong; a conflict's document holds the current state in further members."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str | None = None
    hint: str | None = None
    errors: list[Fault] | None = None
    findings: list[dict[str, Any]] | None = None
    number: str | None = Field(None, description="quote it when reporting a failure on our side")


def name_scheme(state: BlueprintSetupState) -> None:
    """Say how to sign in with every 401 that a program gets (RFC 9110, section 11.6.1)."""
    app = state.app
    assert isinstance(app, Flask)

    @app.after_request
    def challenge(response: Response) -> Response:
        if response.status_code == 401 and request.path.startswith("/api/"):
            response.headers.setdefault("WWW-Authenticate", 'Bearer realm="alur"')
        return response
