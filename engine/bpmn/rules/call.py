"""A call activity needs a process to call, and that process must be there."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, selection, vocabulary
from engine.bpmn.expressions import is_feel
from engine.bpmn.finding import Finding, Option
from engine.bpmn.rule import Rule, Subject
from engine.bpmn.rules.recursive_call import closure
from engine.bpmn.rules.service_topic import PERSON
from engine.errors import Message, msg

MOST_OFFERED = 20


def _check(subject: Subject) -> Iterator[Finding]:
    processes = subject.package.processes
    known = {process_id: process.name for process_id, process in processes.items()}
    calls = {process_id: selection.calls(process) for process_id, process in processes.items()}
    offered: dict[str, list[Option]] = {}
    for node in subject.nodes():
        if node.kind != "callActivity":
            continue
        called = vocabulary.called(node.xml).process
        if called in known or called in subject.package.called:
            continue
        if called is not None and is_feel(called):
            continue  # which process it is shows only when it runs; its syntax is the mapping rule's matter
        if called is None:
            message = msg("Which process does “%(name)s” call?", name=node.name or node.id)
        else:
            message = msg("The called process %(id)s is not in the upload.", id=called)
        own = node.scope.process.id
        if own not in offered:
            offered[own] = [
                Option(key, msg("%(name)s", name=name or key))
                for key, name in list(known.items())[:MOST_OFFERED]
                if own not in closure(key, calls)
            ]
        options = [Option(PERSON, msg("A person does it (user task)")), *offered[own]]
        hint = msg(
            "Upload the called process too, list it under memanggil in sop.toml, or choose who does it."
        )
        yield rule.question(node, message, hint, options)


def _answer(root: etree._Element, element_id: str, value: str) -> Message | None:
    task = edit.find(root, element_id)
    if task is None or names.local(task) != "callActivity":
        return msg("There is no call activity %(id)s.", id=element_id)
    if value.strip() == PERSON:
        edit.for_person(task)
        return None
    was = vocabulary.called(task)
    edit.extension(
        task,
        "calledElement",
        processId=value.strip(),
        propagateAllParentVariables=str(was.all_in or not was.process).lower(),
        propagateAllChildVariables=str(was.all_out or not was.process).lower(),
    )
    return None


rule = Rule("call", _check, answer=_answer)
