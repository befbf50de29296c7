"""Whatever is sent, the answer is one that the document knows, and never a failure on our side."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.api.client import Api
from tests.web.api.guesses import STRANGE, junk, like, texts
from tests.web.api.test_walls import ids as ids
from tests.web.api.test_walls import operations

EXAMPLES = 12  # for each operation; the long run takes ten times as many
BY = (None, "segala@contoh", "apip@contoh")
LOOSE = settings(
    deadline=None,
    derandomize=True,
    max_examples=EXAMPLES,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@pytest.mark.parametrize("times", [1, pytest.param(10, marks=pytest.mark.slow)])
def test_no_request_makes_us_fail(api: Api, app: Flask, ids: dict[str, dict[str, str]], times: int) -> None:
    document = api.document
    for method, template, made, _ in operations(app):
        path = document["paths"]["/api/v1" + template.replace("<", "{").replace(">", "}")]
        _guess(api, method, template, path[method.lower()], ids["contoh"], times)
        api.tokens.clear()  # one of the operations ends the token that it is asked with
        assert made.name


def _guess(
    api: Api, method: str, template: str, described: dict[str, Any], known: dict[str, str], times: int
) -> None:
    document = api.document
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    given_names = {each["name"]: each for each in described["parameters"]}
    places = st.fixed_dictionaries(
        {
            name: st.sampled_from([known.get(name, "contoh"), *STRANGE[2:]])
            for name, each in given_names.items()
            if each["in"] == "path"
        }
    )
    query = st.dictionaries(
        st.sampled_from([n for n, each in given_names.items() if each["in"] == "query"] or ["x"]),
        texts,
        max_size=3,
    )
    headers = st.fixed_dictionaries(
        {},
        optional={
            name: st.sampled_from([text for text in STRANGE if text.isascii() and text.isprintable()][:12])
            for name, each in given_names.items()
            if each["in"] == "header"
        },
    )
    bodies = like(body, document) if body else st.none() | junk

    @settings(LOOSE, max_examples=EXAMPLES * times)
    @given(by=st.sampled_from(BY), place=places, asked=query, sent=bodies, head=headers)
    def ask(
        by: str | None, place: dict[str, str], asked: dict[str, str], sent: Any, head: dict[str, str]
    ) -> None:
        path = template
        for name, value in place.items():
            path = path.replace(f"<{name}>", quote(value.encode("utf-8", "surrogatepass"), safe=""))
        query_text = "&".join(
            f"{quote(name)}={quote(value.encode('utf-8', 'surrogatepass'), safe='')}"
            for name, value in asked.items()
        )
        answer = api.client.open(
            f"/api/v1{path}?{query_text}",
            method=method,
            headers={**api.headers(by), **head},
            data=json.dumps(sent).encode() if body or sent is not None else None,
            content_type="application/json" if body or sent is not None else None,
        )
        assert answer.status_code < 500, (method, path, query_text, sent)
        documented = {*described["responses"], "404", "405", "308"}
        assert str(answer.status_code) in documented, (answer.status_code, method, path, query_text, sent)
        if answer.status_code >= 400:
            assert answer.content_type == "application/problem+json"

    ask()
