"""Who or what does a service task: a person, a built-in connector, or a worker that fetches a topic?"""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn import edit, names, vocabulary
from engine.bpmn.finding import Finding, Option
from engine.bpmn.rule import Rule, Subject
from engine.errors import Message, msg

PERSON = "person"
LONGEST_TOPIC = 120
# The connectors that the platform brings; an agency's own worker names any other topic.
CONNECTORS = ("alur.kirim_tanggapan", "alur.tutup_laporan", "alur.cari_serupa", "alur.jam.mulai")


def options(name: str) -> list[Option]:
    """A person, the topic made of the step's name, the built-in connectors."""
    found = [Option(PERSON, msg("A person does it (user task)"))]
    topic = edit.slug(name)
    if topic:
        found.append(Option(topic, msg("A worker of the agency does it (topic %(topic)s)", topic=topic)))
    found.extend(Option(topic, msg("Built-in connector %(topic)s", topic=topic)) for topic in CONNECTORS)
    return found


def _check(subject: Subject) -> Iterator[Finding]:
    for node in subject.nodes():
        if node.kind == "serviceTask" and vocabulary.topic(node.xml)[0] is None:
            yield rule.question(
                node,
                msg("Who or what does “%(name)s”?", name=node.name or node.id),
                msg("Answer “person”, or name the topic that a worker fetches."),
                options(node.name),
            )


def write(root: etree._Element, element_id: str, value: str) -> Message | None:
    """Give the task to a person or to a topic."""
    task = edit.find(root, element_id)
    if task is None or names.local(task) not in names.ACTIVITIES:
        return msg("There is no task %(id)s.", id=element_id)
    value = value.strip()
    if not value or len(value) > LONGEST_TOPIC:
        return msg("Name a topic, or answer “person”.")
    if value == PERSON:
        edit.for_person(task)
    else:
        edit.become(task, "serviceTask")
        edit.extension(task, "taskDefinition", type=value)
    return None


rule = Rule("service-topic", _check, answer=write)
