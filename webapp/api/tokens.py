"""Bearer tokens: made with login and password, shown once, revoked by themselves."""

from typing import Annotated

from apiflask import APIBlueprint
from flask import request
from pydantic import Field

from engine.people import signin
from webapp.access import allow, public, signed_in
from webapp.api.operation import Answer, Given, operation
from webapp.house import house

blueprint = APIBlueprint("api_tokens", __name__, url_prefix="/api/v1", tag="Tokens")


class Credentials(Given):
    """``name`` says what the token is for."""

    login: Annotated[str, Field(min_length=1, max_length=120)]
    password: Annotated[str, Field(max_length=200)]
    name: Annotated[str, Field(max_length=120)] = "api"


class Token(Answer):
    """Shown here only; only its hash is kept."""

    token: str


@blueprint.post("/tokens")
@operation("createToken", body=Credentials, answer=Token, status=201, errors=(401, 429))
@allow(public)
def create(body: Credentials) -> Token:
    """Make a token that acts as this person; failures are slowed like those of the sign-in page."""
    session = signin.sign_in(house(), body.login, body.password)
    signin.sign_out(house(), session)
    return Token(token=signin.create_token(house(), body.login, body.name))


@blueprint.delete("/tokens/current")
@operation("revokeToken", status=204)
@allow(signed_in)
def revoke() -> None:
    """Revoke the token that this request carries."""
    signin.revoke_token(house(), request.headers.get("Authorization", "").partition(" ")[2].strip())
