"""Every sentence of the front end is in the Indonesian catalogue, with the same values in it."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
SOURCES = [
    path
    for path in sorted((ROOT / "engine" / "bpmn").rglob("*.py"))
    if "layout" not in path.parts and path.name not in ("layout.py", "drawing.py")
]
CATALOGUE = ROOT / "webapp" / "translations" / "id" / "LC_MESSAGES" / "bpmn.po"


def sentences() -> set[str]:
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "msg":
                assert isinstance(node.args[0], ast.Constant), f"{path}:{node.lineno} is no literal"
                found.add(node.args[0].value)
    return found


def translations() -> dict[str, str]:
    text = CATALOGUE.read_text(encoding="utf-8")
    pairs = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', text, re.MULTILINE)
    return {plain(source): plain(target) for source, target in pairs}


def plain(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")


def test_nothing_lacks_a_translation_and_nothing_is_left_over() -> None:
    assert sentences() == set(translations())


def test_translations_hold_the_same_values() -> None:
    def values(text: str) -> list[str]:
        return sorted(re.findall(r"%\((\w+)\)s", text))

    wrong = [source for source, target in translations().items() if values(source) != values(target)]
    assert not wrong
