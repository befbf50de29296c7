"""Which processes of a diagram are to run, when several pools are drawn."""

from engine.bpmn import vocabulary
from engine.bpmn.model import Diagram, Process


def candidates(diagram: Diagram) -> list[Process]:
    """The processes in which something is drawn."""
    return [process for process in diagram.processes if not process.empty]


def marked(diagram: Diagram) -> list[Process]:
    """The processes that the file itself marks as executable."""
    return [process for process in candidates(diagram) if process.executable]


def selected(diagram: Diagram) -> list[Process]:
    """The marked processes with those they call; without a mark all that have content.

    Without a mark that is one, or those still to choose from.
    """
    drawn = candidates(diagram)
    chosen = marked(diagram)
    if not chosen:
        return drawn
    wanted = {process.id for process in chosen}
    while True:
        more = {called for process in drawn if process.id in wanted for called in calls(process)} - wanted
        if not more:
            return [process for process in drawn if process.id in wanted]
        wanted |= more


def calls(process: Process) -> set[str]:
    """The ids of the processes that a process calls by name."""
    found = (
        vocabulary.called(node.xml).process for node in process.scope.walk() if node.kind == "callActivity"
    )
    return {called for called in found if called}
