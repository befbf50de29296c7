"""Every FEEL text in diagrams and decision tables can be read, and every limit is a limit."""

from collections.abc import Iterator

import pytest
from lxml import etree

from engine import feel
from engine.worktime import Limit
from tests.unit.sops import repository as repo

PACKAGES = repo.packages()
BY_PACKAGE = pytest.mark.parametrize("package", PACKAGES, ids=lambda p: p.process)


def _texts(package: repo.Package) -> Iterator[str]:
    for element in package.diagram.iter(etree.Element):
        yield from (str(value) for value in element.attrib.values())
        yield (element.text or "").strip()


@BY_PACKAGE
def test_expressions_in_the_diagram_are_feel(package: repo.Package) -> None:
    expressions = [text for text in _texts(package) if text.startswith("=")]
    assert expressions or package.process == "kejari_lapdu"
    for text in expressions:
        feel.parse(text)


@BY_PACKAGE
def test_limits_are_literals_or_expressions(package: repo.Package) -> None:
    for node in repo.nodes(package.diagram):
        limits = [repo.properties(node).get("alur:serviceLevel"), node.findtext(".//{*}timeDuration")]
        for limit in limits:
            if limit and not limit.startswith("="):
                assert Limit.parse(limit).amount > 0


@pytest.mark.parametrize("package", [p for p in PACKAGES if p.decisions], ids=lambda p: p.process)
def test_cells_of_the_decision_tables_are_feel(package: repo.Package) -> None:
    for file in package.decisions:
        root = etree.parse(file).getroot()
        tests = repo.find(root, "//dmn:inputEntry/dmn:text")
        results = repo.find(root, "//dmn:outputEntry/dmn:text")
        assert tests and results
        for cell in tests:
            feel.parse_unary(cell.text)
        for cell in results + repo.find(root, "//dmn:literalExpression/dmn:text"):
            feel.parse(cell.text)
