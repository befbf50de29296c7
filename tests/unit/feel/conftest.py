"""A fixed world for expressions: Monday 2 March 2026, nine o'clock in Jakarta."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from engine import feel

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
ENV = feel.Environment(now=NOW, zone=ZoneInfo("Asia/Jakarta"))


@pytest.fixture
def env() -> feel.Environment:
    return ENV


@pytest.fixture
def value() -> Callable[..., Any]:
    """The value of an expression with variables."""

    def evaluate(text: str, **context: Any) -> Any:
        return feel.parse(text).evaluate(context, ENV)

    return evaluate
