"""The spec of one process or embedded subprocess."""

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine import feel
from engine.spiff.compensation import Undo
from engine.spiff.nodes import Begin

BEGIN = "*begin"
"""Name of the first task of every process; no XML id can look so, whatever a designer calls an element."""


class ProcessSpec(BpmnProcessSpec):
    """Elements by id. ``name`` is the key among all compiled specs.

    A process's key is its id, or ``<id>#<start event>`` for a variant with that start; an embedded
    subprocess's key is ``<process key>/<id>``, because ids are unique in one file only.
    """

    def __init__(self, key: str, process: str, process_key: str) -> None:
        WorkflowSpec.__init__(self, name=key)
        self.process = process
        self.process_key = process_key
        self.starts: tuple[str, ...] = ()
        """Start events, plain ones first."""
        self.event_starts: tuple[str, ...] = ()
        """Start events of the event subprocesses in it."""
        self.until: feel.Expression | None = None
        """Ad-hoc subprocesses: the condition that ends them, asked each time something in it completes."""
        self.cancels_rest = True
        """Ad-hoc subprocesses: whether what is open then is taken away."""
        self.undone_by: str | None = None
        """The event subprocess that undoes it, when it is a subprocess that has completed."""
        self.start = Begin(self, BEGIN, process)
        Undo(self, process)
        self.end = None
        self.io_specification = None
        self.data_objects: dict[str, object] = {}
        self.data_stores: dict[str, object] = {}
        self.correlation_keys: dict[str, object] = {}
        self.bpmn_start_events: list[object] = []
