"""Small diagrams as XML, without a drawing."""

import random
from xml.sax.saxutils import quoteattr

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:x" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
)


def node(kind: str, identifier: str, name: str = "", inside: str = "", **attributes: str) -> str:
    """One flow node."""
    more = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f'<{kind} id="{identifier}" name={quoteattr(name)}{more}>{inside}</{kind}>'


def flow(source: str, target: str, name: str = "") -> str:
    """One sequence flow; its id is ``source_target``."""
    words = f" name={quoteattr(name)}" if name else ""
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"{words}/>'


def flows(*pairs: str) -> str:
    """Sequence flows written ``a>b`` or ``a>b:words``."""
    made = []
    for pair in pairs:
        ends, _, words = pair.partition(":")
        source, _, target = ends.partition(">")
        made.append(flow(source, target, words))
    return "".join(made)


def lanes(**members: str) -> str:
    """A lane set: lane id → its nodes, separated by spaces."""
    inside = "".join(
        f'<lane id="{lane}" name="Peran {lane}">'
        + "".join(f"<flowNodeRef>{name}</flowNodeRef>" for name in names.split())
        + "</lane>"
        for lane, names in members.items()
    )
    return f'<laneSet id="lanes">{inside}</laneSet>'


def process(content: str) -> bytes:
    """A process without a pool."""
    return f'{HEAD}<process id="p">{content}</process></definitions>'.encode()


def pooled(content: str, name: str = "Proses") -> bytes:
    """A process in a pool."""
    pool = f'<collaboration id="c"><participant id="pool" name="{name}" processRef="p"/></collaboration>'
    return f'{HEAD}{pool}<process id="p">{content}</process></definitions>'.encode()


def chance(count: int, lane_count: int, seed: int) -> bytes:
    """A random process with gateways, rework loops, boundary events and words; the same for one seed."""
    dice = random.Random(seed)
    kinds = {"s": "startEvent"}
    boundary: dict[str, str] = {}
    pairs: dict[tuple[str, str], str] = {}
    while len(kinds) < count:
        name = f"n{len(kinds)}"
        before = dice.choice(list(kinds)[-4:])
        kinds[name] = dice.choice(["userTask", "userTask", "serviceTask", "exclusiveGateway", "endEvent"])
        if kinds[before] == "endEvent":
            before = "s"
        pairs[before, name] = "ya" if kinds[before] == "exclusiveGateway" else ""
        if dice.random() < 0.25:
            target = dice.choice(list(kinds)[1:][-12:])
            if kinds[name] != "endEvent":
                pairs[name, target] = "kembali ke langkah sebelumnya"
        if kinds[name].endswith("Task") and dice.random() < 0.15:
            boundary[f"b{name}"] = name
            pairs[f"b{name}", dice.choice(list(kinds)[1:][-12:])] = ""
    rooms: list[list[str]] = [[] for _ in range(lane_count)]
    room = rooms[0]
    for name in kinds:
        room = dice.choice(rooms) if dice.random() < 0.4 else room
        room.append(name)
    content = "".join(node(kind, name, f"Periksa laporan {name}") for name, kind in kinds.items())
    content += "".join(
        node("boundaryEvent", name, "Lewat waktu", "<timerEventDefinition/>", attachedToRef=host)
        for name, host in boundary.items()
    )
    content += "".join(flow(a, b, words) for (a, b), words in pairs.items())
    return pooled(lanes(**{f"l{n}": " ".join(names) for n, names in enumerate(rooms)}) + content)
