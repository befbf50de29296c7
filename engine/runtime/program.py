"""A version made ready to run: compiled diagrams, decisions, forms and the SOP's own rules."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine import bpmn, dmn, form, spiff
from engine.bpmn import Element, Sop
from engine.bpmn import sop as sop_file
from engine.runtime import bundles

CACHED = 64  # versions kept compiled in one process; the least recently used goes first


@dataclass(frozen=True)
class Program:
    """Everything a version needs to run. ``sop`` is empty for a bare diagram."""

    hash: str
    compiled: spiff.Compiled
    decisions: dmn.Library
    forms: dict[str, form.Form]
    elements: dict[str, Element]
    sop: Sop | None

    def element(self, element_id: str) -> Element:
        return self.elements[element_id]

    def starts(self, process: str) -> list[Element]:
        """The start events of a process itself, not of its subprocesses."""
        return [
            element
            for element in self.elements.values()
            if element.kind == "startEvent"
            and element.process == process
            and element.parent in (None, process)
        ]

    def start_at(self, process: str, kind: str, name: str) -> Element | None:
        """The start event at which this message or signal begins the process."""
        return next((start for start in self.starts(process) if (kind, name) in start.triggers), None)

    def start_form(self, process: str) -> form.Form | None:
        """The form of the process's plain start event, if it has one."""
        for element in self.starts(process):
            if element.event in ("", "none") and element.form and element.form in self.forms:
                return self.forms[element.form]
        return None


def build(files: bundles.Files) -> Program:
    """Compile the files of one version."""
    models: list[dmn.Model] = []
    for path in dmn.in_order({path: data for path, data in files.items() if path.endswith(".dmn")}):
        models.append(dmn.load(files[path], path, others=models))
    library = dmn.Library(models)
    forms = [form.load(files[path]) for path in sorted(files) if path.endswith(".json")]
    return Program(
        hash=bundles.content_hash(files),
        compiled=spiff.compile(bpmn.executable(files)),
        decisions=library,
        forms={one.id: one for one in forms},
        elements=bpmn.elements(files),
        sop=sop_file.load(files["sop.toml"]) if "sop.toml" in files else None,
    )


class Programs:
    """Compiled versions by content hash; safe between threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Program] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, session: Session, key: str) -> Program:
        """The program of a bundle, compiled on first use."""
        with self._lock:
            program = self._kept.get(key)
            if program is None:
                program = build(bundles.load(session, key))
                self._kept[key] = program
                if len(self._kept) > CACHED:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end(key)
            return program
