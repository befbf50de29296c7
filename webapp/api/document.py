"""The OpenAPI 3.1 document: paths, names and tags from APIFlask, contracts from the operations themselves."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from apiflask import APIBlueprint, APIFlask
from flask import Flask, current_app
from flask.blueprints import BlueprintSetupState
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from webapp.access import Rule, anyone, rule_of
from webapp.api.operation import MARK, Operation
from webapp.api.problems import Problem
from webapp.api.reading import JSON, MULTIPART

REFERENCE = "#/components/schemas/{model}"
BEARER = "bearer"
DESCRIPTION = (
    "Complaints filed, followed and handled by programs. Errors are problem documents (RFC 9457), lists are "
    "`{items, next}`, times are ISO 8601 with the agency's offset. What belongs to another agency answers "
    "like what does not exist."
)
WORDS = {
    400: "The request cannot be understood.",
    401: "A token is missing or not valid.",
    403: "Who asks is known and may not.",
    404: "There is no such thing, or it is not yours to know of.",
    409: "It has changed meanwhile; the current state stands in the document.",
    413: "Too large.",
    415: "The content type is not taken here.",
    422: "Wrong content: every fault stands under `errors` or `findings`.",
    429: "Too many attempts; `Retry-After` says when.",
    503: "The database cannot be reached; nothing was kept. `Retry-After` says when to send it again.",
    507: "The disk is full; nothing was kept. `Retry-After` says when to send it again.",
}
Schemas = dict[tuple[type[BaseModel], str], dict[str, Any]]


def describe(state: BlueprintSetupState) -> None:
    """Set up the document of the application that the API is registered with."""
    app = state.app
    assert isinstance(app, APIFlask)
    app.config.update(
        SPEC_DECORATORS=[without_pages],
        AUTO_SERVERS=False,
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        SECURITY_SCHEMES={
            BEARER: {"type": "http", "scheme": "bearer", "description": "`alur token create LOGIN`"}
        },
        INFO={"description": DESCRIPTION, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
    )
    # Without a server of our own the first asker's Host header would be kept in the document.
    app.servers = [{"url": "/"}]
    app.spec_processor(partial(complete, app))


def without_pages(view: Callable[..., Any]) -> Callable[..., Any]:
    """Tell APIFlask which blueprints are pages: it asks all that act before requests, and fails on these."""

    def call(*args: Any, **values: Any) -> Any:
        for blueprint in current_app.blueprints.values():
            if not isinstance(blueprint, APIBlueprint):
                blueprint.enable_openapi = False  # type: ignore[attr-defined]
        return view(*args, **values)

    return call


def complete(app: Flask, document: Any) -> Any:
    """Put the contracts of all operations into the document (a dict) that APIFlask made."""
    views = dict(_operations(app))
    schemas, definitions = _schemas(made for made, _ in views.values())
    for path in document["paths"].values():
        for described in path.values():
            made, rule = views[described["operationId"]]
            for parameter in described["parameters"]:
                parameter["schema"] = {"type": "string", "minLength": 1, "maxLength": 200}
            described["parameters"] += _parameters(made, schemas)
            described["responses"] = _responses(made, rule, schemas, bool(path_names(described)))
            described["security"] = _security(rule)
            if made.body or made.parts:
                described["requestBody"] = _body(made, schemas)
    document.setdefault("components", {})["schemas"] = definitions
    document["tags"] = [{"name": name} for name in sorted({tag["name"] for tag in document.get("tags", [])})]
    return document


def path_names(described: dict[str, Any]) -> list[str]:
    """The names that stand in an operation's address."""
    return [each["name"] for each in described["parameters"] if each["in"] == "path"]


def _operations(app: Flask) -> Iterator[tuple[str, tuple[Operation, Rule]]]:
    for view in app.view_functions.values():
        made: Operation | None = getattr(view, MARK, None)
        rule = rule_of(view)
        if made is not None and rule is not None:
            yield made.name, (made, rule)


def _schemas(operations: Iterator[Operation]) -> tuple[Schemas, dict[str, Any]]:
    """Every model's schema by model and mode, and the definitions that they refer to."""
    wanted: dict[tuple[type[BaseModel], Any], None] = {(Problem, "serialization"): None}
    for made in operations:
        wanted[made.query, "validation"] = None
        if made.body is not None:
            wanted[made.body, "validation"] = None
        if made.answer is not None:
            wanted[made.answer, "serialization"] = None
    found, definitions = models_json_schema(list(wanted), ref_template=REFERENCE)
    return dict(found), definitions.get("$defs", {})  # type: ignore[arg-type]


def _parameters(made: Operation, schemas: Schemas) -> list[dict[str, Any]]:
    fields = made.query.model_json_schema(ref_template=REFERENCE)
    required = fields.get("required", [])
    found = [
        {"in": "query", "name": name, "required": name in required, "schema": schema}
        for name, schema in fields.get("properties", {}).items()
    ]
    return found + [
        {"in": "header", "name": name, "required": needed, "description": words, "schema": {"type": "string"}}
        for name, needed, words in made.headers
    ]


def _body(made: Operation, schemas: Schemas) -> dict[str, Any]:
    content = {}
    if made.body is not None:
        content[JSON] = {"schema": schemas[made.body, "validation"]}
    if made.parts is not None:
        content[MULTIPART] = {"schema": made.parts}
    return {"required": made.body_needed, "content": content}


def _responses(made: Operation, rule: Rule, schemas: Schemas, named: bool) -> dict[str, Any]:
    statuses = {400, 422, 503, 507, *made.errors}
    if rule.name != "public, without a cookie":
        statuses |= {401}
    if rule.name.startswith("role"):
        statuses |= {403}
    if named:
        statuses |= {404}
    if made.body is not None or made.parts is not None:
        statuses |= {413, 415}
    problem = {"application/problem+json": {"schema": schemas[Problem, "serialization"]}}
    found: dict[str, Any] = {str(made.status): _success(made, schemas)}
    if made.name == "sendMessage":
        found["201"] = found["200"] | {"description": "The message opened a report."}
    found |= {str(status): {"description": WORDS[status], "content": problem} for status in sorted(statuses)}
    return found


def _success(made: Operation, schemas: Schemas) -> dict[str, Any]:
    if made.answer is not None:
        return {"description": "Done.", "content": {JSON: {"schema": schemas[made.answer, "serialization"]}}}
    if made.media_type is not None:
        schema = {} if made.media_type == "*/*" else {"type": "string"}
        return {"description": "The content.", "content": {made.media_type: {"schema": schema}}}
    return {"description": "Done; nothing to tell."}


def _security(rule: Rule) -> list[dict[str, list[str]]]:
    if rule.cookieless:
        return []
    return [{}, {BEARER: []}] if rule is anyone else [{BEARER: []}]
