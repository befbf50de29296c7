"""Runs the public DMN conformance kit: ``python -m tests.conformance.tck FOLDER [--only TEXT] [--quiet]``.

FOLDER holds ``compliance-level-*/<case>/`` with a model and test files each. A result passes when it equals
the expected value; an expected error passes when the value is null or the decision is refused. Prints
passed/total per folder and in all, and every failure. Exit 0 when nothing failed.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from lxml import etree

from engine import dmn, feel
from engine.feel.compare import same
from engine.feel.text import to_string

ENV = feel.Environment(now=datetime(2026, 3, 2, 2, 0, tzinfo=UTC), zone=UTC)
_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_PRECISION = Decimal("1e-8")

Element = etree._Element


@dataclass(frozen=True)
class Outcome:
    """One expected result: the folder and case it belongs to, and what went wrong, if anything did."""

    folder: str
    case: str
    fault: str = ""


def run(root: Path, only: str = "") -> Iterator[Outcome]:
    """Every result of every test file below the folder."""
    for folder in sorted(path for path in root.glob("compliance-level-*/*") if path.is_dir()):
        if only in str(folder):
            yield from _folder(folder)


def _folder(folder: Path) -> Iterator[Outcome]:
    name = f"{folder.parent.name}/{folder.name}"
    models: dict[str, dmn.Model] = {}
    faults: dict[str, str] = {}
    files = {path.name: path.read_bytes() for path in folder.glob("*.dmn")}
    for file in dmn.in_order(files):
        try:
            models[file] = dmn.load(files[file], file, strict=False, others=models.values())
        except dmn.DmnError as error:
            faults[file] = "; ".join(str(finding.message) for finding in error.findings[:3])
    for path in sorted(folder.glob("*.xml")):
        tests = etree.parse(str(path)).getroot()
        wanted = (tests.findtext("{*}modelName") or "").strip()
        for test in tests.iterfind("{*}testCase"):
            for result in test.iterfind("{*}resultNode"):
                case = f"{path.stem}:{test.get('id')}:{result.get('name')}"
                if wanted not in models:
                    yield Outcome(name, case, f"model not read: {faults.get(wanted, wanted)}")
                    continue
                others = [model for key, model in models.items() if key != wanted]
                library = dmn.Library([models[wanted], *others])
                yield Outcome(name, case, _check(library, test, result))


def _check(library: dmn.Library, test: Element, result: Element) -> str:
    """What is wrong with one result; empty when nothing is."""
    context = {str(node.get("name")): value(node) for node in test.iterfind("{*}inputNode")}
    expected_node = result.find("{*}expected")
    expected = value(expected_node) if expected_node is not None else None
    try:
        actual = _evaluate(library, test, result, context)
    except dmn.DmnError as error:
        actual = None
        if expected is not None:
            return f"expected {to_string(expected)}, refused: {error}"
    if _equal(actual, expected):
        return ""
    return f"expected {to_string(expected)[:200]}, got {to_string(actual)[:200]}"


def _evaluate(library: dmn.Library, test: Element, result: Element, context: dict[str, Any]) -> Any:
    kind, name = test.get("type", "decision"), str(test.get("invocableName") or result.get("name"))
    if kind == "decisionService":
        found = library.service(name, context, ENV)
        several = isinstance(found, dict) and result.get("name") in found
        return found[str(result.get("name"))] if several else found
    if kind == "bkm":
        return library.knowledge(name, context, ENV)
    return library.evaluate(str(result.get("name")), context, ENV)


def _equal(actual: Any, expected: Any) -> bool:
    """Equality of FEEL values; numbers may differ behind the eighth digit, as the kit's own runner allows."""
    if isinstance(actual, Decimal) and isinstance(expected, Decimal):
        return abs(actual - expected) <= _PRECISION * max(Decimal(1), abs(expected))
    if isinstance(actual, list) and isinstance(expected, list):
        return len(actual) == len(expected) and all(map(_equal, actual, expected))
    if isinstance(actual, dict) and isinstance(expected, dict):
        return actual.keys() == expected.keys() and all(_equal(actual[key], expected[key]) for key in actual)
    return (actual is None and expected is None) or same(actual, expected)


def value(node: Element) -> Any:
    """The FEEL value of a node of a test file."""
    listed = node.find("{*}list")
    if listed is not None:
        return None if listed.get(_NIL) == "true" else [value(item) for item in listed.iterfind("{*}item")]
    components = node.findall("{*}component")
    if components:
        return {str(one.get("name")): value(one) for one in components}
    single = node.find("{*}value")
    if single is None or single.get(_NIL) == "true" or node.get(_NIL) == "true":
        return None
    return _typed((single.get(_TYPE) or "xsd:string").rpartition(":")[2], single.text or "")


def _typed(kind: str, text: str) -> Any:
    if kind in ("decimal", "double", "integer", "int", "float", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() == "true"
    maker = {
        "date": "date",
        "time": "time",
        "dateTime": "date and time",
        "duration": "duration",
        "dayTimeDuration": "duration",
        "yearMonthDuration": "duration",
    }.get(kind)
    if maker is None:
        return text
    return feel.constant(f"{maker}({feel.literal(text.strip())})")


def main(arguments: list[str]) -> int:
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else ""
    counts: dict[str, list[int]] = {}
    failures: list[Outcome] = []
    for outcome in run(Path(arguments[0]), only):
        count = counts.setdefault(outcome.folder, [0, 0])
        count[0] += not outcome.fault
        count[1] += 1
        if outcome.fault:
            failures.append(outcome)
    if "--quiet" not in arguments:
        for failure in failures:
            print(f"FAIL {failure.folder} {failure.case}: {failure.fault}")
    for level in ("compliance-level-2", "compliance-level-3", ""):
        chosen = {folder: count for folder, count in counts.items() if folder.startswith(level)}
        if level:
            for folder, (passed, total) in chosen.items():
                print(f"{passed:5d}/{total:<5d} {folder}")
        passed, total = (sum(count[at] for count in chosen.values()) for at in (0, 1))
        print(f"{passed:5d}/{total:<5d} {level or 'in all'}  {100 * passed / max(total, 1):.2f} %")
    return 1 if failures else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(sys.argv[1:]))
