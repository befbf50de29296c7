"""Which processes of a diagram are to run, when several pools are drawn."""

from engine.bpmn.model import Diagram, Process


def candidates(diagram: Diagram) -> list[Process]:
    """The processes in which something is drawn."""
    return [process for process in diagram.processes if not process.empty]


def marked(diagram: Diagram) -> list[Process]:
    """The processes that the file itself marks as executable."""
    return [process for process in candidates(diagram) if process.executable]


def selected(diagram: Diagram) -> list[Process]:
    """The marked processes; without a mark all that have content (one, or those still to choose from)."""
    return marked(diagram) or candidates(diagram)
