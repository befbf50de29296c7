"""The OpenAPI document: valid, complete, and the same whoever asks first."""

import re

import pytest
from flask import Flask
from openapi_spec_validator import validate

from tests.web.api.client import Api
from webapp.access import rule_of
from webapp.api.operation import MARK

NAMED_BY_THE_CONTRACT = {
    "POST /api/v1/complaints",
    "GET /api/v1/complaints/{number}",
    "GET /api/v1/complaints/{number}/status",
    "POST /api/v1/complaints/{number}/replies",
    "POST /api/v1/complaints/{number}/withdrawal",
    "POST /api/v1/complaints/{number}/rating",
    "POST /api/v1/complaints/{number}/messages",
    "GET /api/v1/work-items",
    "GET /api/v1/work-items/{item_id}",
    "POST /api/v1/work-items/{item_id}/claim",
    "POST /api/v1/work-items/{item_id}/release",
    "POST /api/v1/work-items/{item_id}/complete",
    "POST /api/v1/work-items/{item_id}/reassign",
    "POST /api/v1/work-items/{item_id}/draft",
    "GET /api/v1/instances/{instance_id}",
    "GET /api/v1/instances/{instance_id}/history",
    "GET /api/v1/cases/{case_number}",
    "POST /api/v1/packages",
    "GET /api/v1/definitions",
    "GET /api/v1/definitions/{definition_id}",
    "POST /api/v1/definitions/{definition_id}/answers",
    "POST /api/v1/definitions/{definition_id}/submit",
    "POST /api/v1/definitions/{definition_id}/activate",
    "POST /api/v1/definitions/{definition_id}/reject",
    "POST /api/v1/messages",
    "POST /api/v1/jobs/fetch",
    "POST /api/v1/jobs/{job_id}/complete",
    "POST /api/v1/jobs/{job_id}/fail",
    "POST /api/v1/jobs/{job_id}/error",
    "GET /api/v1/jobs",
    "GET /api/v1/incidents",
    "GET /api/v1/incidents/groups",
    "POST /api/v1/incidents/{incident_id}/retry",
    "POST /api/v1/files",
    "GET /api/v1/files/{file_id}",
    "POST /api/v1/agencies",
    "GET /api/v1/units",
    "POST /api/v1/units",
    "GET /api/v1/roles",
    "POST /api/v1/roles",
    "GET /api/v1/people",
    "POST /api/v1/people",
    "POST /api/v1/people/{person_id}/roles",
    "DELETE /api/v1/grants/{grant_id}",
    "GET /api/v1/calendar/changes",
    "POST /api/v1/calendar/changes",
    "DELETE /api/v1/calendar/changes/{change_id}",
    "POST /api/v1/calendar/hours",
    "POST /api/v1/calendar/years",
    "GET /api/v1/calendar/moves",
    "POST /api/v1/calendar/moves",
}


def test_the_document_is_valid_openapi_3_1(api: Api) -> None:
    assert api.document["openapi"].startswith("3.1")
    validate(api.document)


def test_it_names_every_operation_of_the_contract(api: Api) -> None:
    described = {
        f"{method.upper()} {path}"
        for path, operations in api.document["paths"].items()
        for method in operations
    }
    assert described >= NAMED_BY_THE_CONTRACT


def test_every_route_below_the_api_is_an_operation_with_a_rule_and_is_described(app: Flask, api: Api) -> None:
    for rule in app.url_map.iter_rules():
        if not str(rule).startswith("/api/"):
            continue
        view = app.view_functions[rule.endpoint]
        assert getattr(view, MARK, None) is not None, rule
        assert rule_of(view) is not None, rule
        template = re.sub(r"<(.+?)>", r"{\1}", str(rule))
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            assert method.lower() in api.document["paths"][template], rule


def test_every_operation_says_what_it_is_whom_it_takes_and_how_it_fails(api: Api) -> None:
    names = set()
    for path, operations in api.document["paths"].items():
        for method, described in operations.items():
            where = f"{method} {path}"
            assert described["operationId"] not in names, where
            names.add(described["operationId"])
            assert described["summary"].endswith("."), where
            assert "security" in described, where
            for status, response in described["responses"].items():
                if status >= "400":
                    problem = response["content"]["application/problem+json"]["schema"]
                    assert problem == {"$ref": "#/components/schemas/Problem"}, where


@pytest.mark.parametrize("host", ["jahat.example", "localhost"])
def test_no_asker_leaves_a_host_in_the_document(app: Flask, host: str) -> None:
    answer = app.test_client().get("/openapi.json", headers={"Host": host})
    assert answer.get_json()["servers"] == [{"url": "/"}]
    assert host not in answer.get_data(as_text=True)
