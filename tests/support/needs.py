"""Tests that cannot run here are skipped loudly, or fail where the environment demands them."""

import os
from typing import NoReturn

import pytest

REQUIRED = "ALUR_REQUIRE"  # for example "browser,postgres", as .ci/run sets it


def is_required(thing: str) -> bool:
    """Whether lacking this thing is a failure here."""
    return thing in os.environ.get(REQUIRED, "").split(",")


def lacking(thing: str, why: str) -> NoReturn:
    """Skip the test because of what the machine lacks; fail it where the thing is required."""
    if is_required(thing):
        pytest.fail(f"{thing} is required here: {why}", pytrace=False)
    pytest.skip(f"no {thing}: {why}")
