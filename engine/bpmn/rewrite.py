"""From the drawn diagram to what the engine runs: ``executable(files)``.

The contract with engine.spiff:

- The result maps process ids to XML. Each tree holds one process, the messages, signals, errors and
  escalations of its file, and no drawing, lanes, data objects or documentation.
- Ids of drawn elements are kept. Exceptions are recognised by ``identifiers``: an element called ``Start`` or
  ``End`` is renamed (``drawn_id`` gives the drawn name back), and what Alur adds has ``is_added`` ids
  (``drawn_id`` gives the element it was added for).
- Extensions are ``zeebe:`` only, whatever vocabulary the file used (``rewrites.canonical``). FEEL starts with
  "="; any other condition text is not understood and fails when it is reached. Timer texts are literals
  (``P3D``, ``P3WD``, ``R3/PT1H``, instants) or FEEL.
- Plain and manual tasks are user tasks; send and receive tasks are message events unless something stands on
  them or they are repeated; links are flows; events with several triggers are several, but for boundary
  events and event subprocesses that want all of them; a step that needs or makes several tokens has a
  gateway for it; exits of tasks are
  split by gateways; each scope has one start event, each path an end event. An ad-hoc subprocess is given a
  start that leads to all it offers. Signal ends, event subprocesses, standard loops, compensation and its
  associations stay: the engine runs them itself.
- Outgoing flows are in the order of the document.
- A process with several start events has one variant per start event, with the process id
  ``<process>#<start id>``, where that start is plain and the others are gone; under its own id it begins at
  its plain start. A process with one start event has only its own id, and that start is plain too, also
  when a message is drawn on it: who starts the case is decided outside.
"""

from collections.abc import Mapping

from lxml import etree

from engine.bpmn import names
from engine.bpmn.build import build
from engine.bpmn.kinds import bpmn_files
from engine.bpmn.read import document
from engine.bpmn.repair import repair
from engine.bpmn.rewrites.canonical import canonical
from engine.bpmn.rewrites.clean import alone
from engine.bpmn.rewrites.events import tasks
from engine.bpmn.rewrites.flows import ends, links, splits, starts
from engine.bpmn.rewrites.identifiers import rename_reserved
from engine.bpmn.rewrites.multiples import multiples
from engine.bpmn.rewrites.quantities import all_events, quantities
from engine.bpmn.rewrites.variants import variants
from engine.bpmn.selection import selected


def executable(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The executable XML of every process to run, by process id (or ``<process>#<start>``).

    Files that cannot be read give nothing; that they can be read, and that the diagram has no faults, is for
    ``check`` to say.
    """
    found: dict[str, bytes] = {}
    for path, data in bpmn_files(files):
        source = document(data, path)
        if source.root is None:
            continue
        repair(source)
        for process in selected(build(source)):
            tree = alone(source.root, process.id)
            for process_id, variant in _variants(tree).items():
                found.setdefault(process_id, etree.tostring(variant, xml_declaration=True, encoding="UTF-8"))
    return found


def _variants(tree: etree._Element) -> dict[str, etree._Element]:
    rename_reserved(tree)
    canonical(tree)
    all_events(tree)
    multiples(tree)
    tasks(tree)
    if _has(tree, "linkEventDefinition"):
        links(tree)
    starts(tree)
    quantities(tree)
    ends(tree)
    splits(tree)
    return variants(tree)


def _has(tree: etree._Element, kind: str) -> bool:
    return next(tree.iter(names.bpmn(kind)), None) is not None
