"""A program that talks to the API and holds every answer against the OpenAPI document."""

from typing import Any

import jsonschema
from flask import Flask
from werkzeug.test import TestResponse

from engine.clock import ManualClock
from engine.people.signin import create_token
from engine.runtime.house import House

BASE = "/api/v1"
KNOWN: dict[str, Any] = {}


class Api:
    """Calls as anybody: ``api.get("/work-items", by="petugas_pengaduan@contoh")``."""

    def __init__(self, app: Flask, house: House, clock: ManualClock) -> None:
        self.app, self.house, self.clock = app, house, clock
        self.client = app.test_client(use_cookies=False)
        self.tokens: dict[str, str] = {}

    @property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document as it is served: the same for every application, so read once."""
        if not KNOWN:
            KNOWN.update(self.client.get("/openapi.json").get_json())
        return KNOWN

    def headers(
        self, by: str | None = None, receipt: str | None = None, key: str | None = None
    ) -> dict[str, str]:
        found = {}
        if by is not None:
            if by not in self.tokens:
                self.tokens[by] = create_token(self.house, by, "test")
            found["Authorization"] = f"Bearer {self.tokens[by]}"
        if receipt is not None:
            found["Alur-Receipt"] = receipt
        if key is not None:
            found["Idempotency-Key"] = key
        return found

    def call(
        self,
        method: str,
        path: str,
        by: str | None = None,
        *,
        receipt: str | None = None,
        key: str | None = None,
        **request: Any,
    ) -> TestResponse:
        """Send a request; the answer must be one that the document knows."""
        answer = self.client.open(
            BASE + path, method=method, headers=self.headers(by, receipt, key), **request
        )
        self.check(method, path.partition("?")[0], answer)
        return answer

    def get(self, path: str, by: str | None = None, **request: Any) -> TestResponse:
        return self.call("GET", path, by, **request)

    def post(self, path: str, by: str | None = None, body: Any = None, **request: Any) -> TestResponse:
        if body is not None:
            request["json"] = body
        return self.call("POST", path, by, **request)

    def delete(self, path: str, by: str | None = None, **request: Any) -> TestResponse:
        return self.call("DELETE", path, by, **request)

    def ok(self, answer: TestResponse, status: int = 200) -> Any:
        """The answer's JSON, which must have this status."""
        assert answer.status_code == status, answer.get_data(as_text=True)
        return answer.get_json() if answer.data else None

    def check(self, method: str, path: str, answer: TestResponse) -> None:
        """The status is documented, and the body has the documented form."""
        described = self._operation(method, path)
        if described is None:
            return
        response = described["responses"].get(str(answer.status_code))
        assert response is not None, f"{method} {path} answered {answer.status_code}, which is not documented"
        content = response.get("content", {})
        if answer.mimetype in content:
            schema = content[answer.mimetype]["schema"] | {"components": self.document["components"]}
            jsonschema.Draft202012Validator(schema).validate(answer.get_json())
        elif content:
            assert "*/*" in content
        else:
            assert answer.data == b""

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        with self.app.test_request_context(BASE + path, method=method) as context:
            rule = context.request.url_rule
        if rule is None:
            return None
        template = str(rule).replace("<", "{").replace(">", "}")
        found: dict[str, Any] | None = self.document["paths"].get(template, {}).get(method.lower())
        return found
