"""Fixtures of the command line's tests."""

from pathlib import Path

import pytest

from tests.integration.cli.kit import Table


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)
