"""Small diagrams written in a line each, for tests."""

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="defs">'
)


def diagram(body: str, *, beside: str = "", process: str = "p") -> bytes:
    """One process: XML with short tags and flows ``a>b`` (``a>b:= x`` with a condition) between bars."""
    words = (word.strip() for word in body.split("|"))
    inside = "".join(word if word.startswith("<") else drawn_flow(word) for word in words)
    return document(f'{beside}<process id="{process}" isExecutable="true">{inside}</process>')


def document(inside: str) -> bytes:
    """Definitions around what is given, with prefixes."""
    return f"{HEAD}{prefixed(inside)}</bpmn:definitions>".encode()


def drawn_flow(word: str) -> str:
    ends, _, condition = word.partition(":")
    source, target = (end.strip() for end in ends.split(">"))
    return flow(source, target, condition.strip())


def flow(source: str, target: str, condition: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    ends = f'id="{source}_{target}" sourceRef="{source}" targetRef="{target}"'
    return f"<sequenceFlow {ends}>{inner}</sequenceFlow>"


def prefixed(text: str) -> str:
    for known in ("zeebe:", "camunda:"):
        text = text.replace(f"<{known}", f"\x00{known}").replace(f"</{known}", f"\x01{known}")
    text = text.replace("</", "\x02").replace("<", "<bpmn:").replace("\x02", "</bpmn:")
    return text.replace("\x00", "<").replace("\x01", "</")
