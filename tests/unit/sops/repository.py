"""The SOP packages of the repository, read once for the tests beside this file."""

import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

ROOT = Path(__file__).resolve().parents[3]
PROCESSES, FORMS = ROOT / "processes", ROOT / "forms"
NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "bpmndi": "http://www.omg.org/spec/BPMN/20100524/DI",
    "dc": "http://www.omg.org/spec/DD/20100524/DC",
    "di": "http://www.omg.org/spec/DD/20100524/DI",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "dmn": "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "dmndi": "https://www.omg.org/spec/DMN/20191111/DMNDI/",
}
NODE_KINDS = frozenset(
    {
        "startEvent",
        "endEvent",
        "intermediateCatchEvent",
        "intermediateThrowEvent",
        "boundaryEvent",
        "userTask",
        "serviceTask",
        "businessRuleTask",
        "callActivity",
        "subProcess",
        "exclusiveGateway",
        "inclusiveGateway",
        "parallelGateway",
        "eventBasedGateway",
    }
)


@dataclass(frozen=True)
class Package:
    """One folder ``processes/<agency>/<process>``."""

    agency: str
    process: str
    folder: Path

    @property
    def diagram(self) -> Any:
        return parsed(self.folder / f"{self.process}.bpmn")

    @property
    def sop(self) -> dict[str, Any]:
        return tomllib.loads((self.folder / "sop.toml").read_text(encoding="utf-8"))

    @property
    def decisions(self) -> list[Path]:
        return sorted(self.folder.glob("*.dmn"))

    @property
    def called(self) -> list["Package"]:
        return [by_path(entry) for entry in self.sop["memanggil"]]

    def form(self, form_id: str) -> Path:
        own = FORMS / self.agency / f"{form_id}.json"
        return own if own.exists() else FORMS / "bersama" / f"{form_id}.json"

    @property
    def scenarios(self) -> list[dict[str, Any]]:
        file = self.folder / "scenarios.toml"
        if not file.exists():
            return []
        return tomllib.loads(file.read_text(encoding="utf-8"))["skenario"]


@cache
def parsed(path: Path) -> Any:
    """The root of an XML file. Shared between tests, which only read it."""
    return etree.parse(path).getroot()


@cache
def packages() -> list[Package]:
    found = [Package(f.parent.parent.name, f.parent.name, f.parent) for f in PROCESSES.glob("*/*/sop.toml")]
    return sorted(found, key=lambda package: package.process)


def by_path(entry: str) -> Package:
    agency, process = entry.split("/")
    return next(p for p in packages() if (p.agency, p.process) == (agency, process))


def find(element: Any, path: str) -> list[Any]:
    return element.xpath(path, namespaces=NAMES)


def kind(element: Any) -> str:
    return etree.QName(element).localname


def nodes(diagram: Any) -> list[Any]:
    return [e for e in find(diagram, "//bpmn:process//bpmn:*") if kind(e) in NODE_KINDS]


def properties(element: Any) -> dict[str, str]:
    path = "bpmn:extensionElements/zeebe:properties/zeebe:property"
    return {p.get("name"): p.get("value") for p in find(element, path)}


def components(form: Path) -> list[dict[str, Any]]:
    """Every component of a form, groups and lists looked into."""
    waiting = list(json.loads(form.read_bytes())["components"])
    found = []
    while waiting:
        each = waiting.pop(0)
        found.append(each)
        waiting += each.get("components", [])
    return found


def form_keys(form: Path) -> set[str]:
    """The keys that a form submits at its top level."""
    keys = set()
    waiting = list(json.loads(form.read_bytes())["components"])
    while waiting:
        each = waiting.pop(0)
        if each["type"] == "group":
            waiting += each["components"]
        else:
            keys.add(each.get("key") or each["path"])
    return keys


def decision_ids(package: Package) -> set[str]:
    return {d.get("id") for f in package.decisions for d in find(parsed(f), "/*/dmn:decision[@id]")}
