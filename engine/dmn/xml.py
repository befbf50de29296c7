"""Reading the XML of a model, which comes from outside: no DTD, no entities, no network, bounded size."""

from lxml import etree

from engine.dmn.faults import DmnError, Finding
from engine.errors import Message, msg

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 100_000

NAMESPACES = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/DMN/",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    }
)
"""The model namespaces of DMN 1.1 to 1.6."""

Element = etree._Element


def read(xml: bytes) -> Element:
    """The root element ``definitions``; raises DmnError for anything that is no plain DMN file."""
    if len(xml) > MAX_BYTES:
        raise refused(msg("The file is larger than %(limit)s MB.", limit=MAX_BYTES // 1024 // 1024))
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise refused(msg("The file is no well-formed XML: %(why)s", why=str(error)), line) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refused(msg("The file holds a document type declaration, which is not read."))
    if sum(1 for _ in root.iter()) > MAX_ELEMENTS:
        raise refused(msg("The file holds more than %(limit)s elements.", limit=MAX_ELEMENTS))
    name = etree.QName(root)
    if name.localname != "definitions" or name.namespace not in NAMESPACES:
        raise refused(msg("The file is no DMN model: its root is %(root)s.", root=name.localname))
    return root


def refused(message: Message, line: int = 1) -> DmnError:
    return DmnError(message, [Finding("", line, message)])


def tag(element: Element) -> str:
    """The element's name without its namespace; empty for elements of other vocabularies."""
    name = etree.QName(element)
    return name.localname if name.namespace in NAMESPACES else ""


def children(element: Element, *names: str) -> list[Element]:
    """The DMN elements directly inside, all or those of the names given, in order."""
    return [child for child in element if tag(child) and (not names or tag(child) in names)]


def child(element: Element, *names: str) -> Element | None:
    """The first DMN element directly inside with one of the names."""
    return next(iter(children(element, *names)), None)


def text_of(element: Element | None) -> str:
    """The text of the ``text`` element inside, or of the element itself where DMN 1.1 tools write it so."""
    if element is None:
        return ""
    inner = child(element, "text")
    return ((inner if inner is not None else element).text or "").strip()


def place(element: Element) -> tuple[str, int]:
    """(id of the element or of the nearest one around it that has an id, line)."""
    here: Element | None = element
    while here is not None:
        if here.get("id"):
            return str(here.get("id")), line_of(element)
        here = here.getparent()
    return "", line_of(element)


def line_of(element: Element) -> int:
    """The line the element starts on; 0 when unknown."""
    line = element.sourceline
    return line if isinstance(line, int) else 0
