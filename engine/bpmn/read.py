"""Hardened reading of an uploaded diagram: bytes in, a tree or the reasons why not out.

No document type, no entities, no network; UTF-8; limits on size, number and depth of elements. What is no
BPMN is recognised by its content, and the designer is told how that tool exports BPMN 2.0. Content never
raises: every fault is a finding of the rule ``unreadable``.
"""

import codecs
import re
from dataclasses import dataclass

from lxml import etree

from engine.bpmn import names
from engine.bpmn.finding import Finding, Severity
from engine.errors import Message, msg

MAX_BYTES = 5 * 1024 * 1024
MAX_ELEMENTS = 20_000
MAX_STEPS = 3_000
MAX_DEPTH = 64
RULE = "unreadable"

# Encodings of one byte a letter that older tools write and that convert without doubt.
_CONVERTIBLE = {"iso-8859-1": "latin-1", "windows-1252": "cp1252"}
_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_DECLARATION = re.compile(rb"^<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"'][^>]*\?>")
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)

_BPMN_HINT = msg("Export the diagram as BPMN 2.0 XML (file name ending in .bpmn) and upload that file.")
_BIZAGI_HINT = msg("In Bizagi Modeler choose Export/Import, then BPMN, and upload the exported file.")
_BONITA_HINT = msg("In Bonita Studio choose File, Export as, BPMN 2.0, and upload the exported file.")
_DRAWIO_HINT = msg("This tool draws pictures, not BPMN: draw the process again in the built-in modeler.")


@dataclass(frozen=True)
class Document:
    """One file as read: its tree, or None with the findings that say why not."""

    path: str
    root: etree._Element | None
    findings: tuple[Finding, ...] = ()


def parser() -> etree.XMLParser:
    """A fresh parser that expands nothing and fetches nothing."""
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_pis=True,
    )


def document(data: bytes, path: str = "") -> Document:
    """Read one BPMN file; never raises for what is in it."""
    refusal = _refuse_bytes(data)
    if refusal is not None:
        return Document(path, None, (_fault(path, *refusal),))
    decoded = _utf8(data)
    if decoded is None:
        return Document(path, None, (_fault(path, *_encoding_fault()),))
    text, converted = decoded
    if _has_doctype(text):
        return Document(
            path,
            None,
            (
                _fault(
                    path,
                    msg("The file has a DOCTYPE, which is not allowed."),
                    msg("Remove the <!DOCTYPE …> line; BPMN needs none."),
                ),
            ),
        )
    try:
        root = etree.fromstring(text, parser())
    except etree.XMLSyntaxError as error:
        line = error.lineno or 0
        message = msg("The XML is broken at line %(line)s: %(reason)s", line=line, reason=error.msg or "")
        return Document(path, None, (_fault(path, message, _BPMN_HINT, line),))
    refusal = _refuse_tree(root)
    if refusal is not None:
        return Document(path, None, (_fault(path, *refusal),))
    notes = (_converted(path, converted),) if converted else ()
    return Document(path, root, notes)


def _fault(path: str, message: Message, hint: Message | None = None, line: int = 1) -> Finding:
    return Finding(RULE, Severity.ERROR, path, message, line=line, hint=hint, path=path)


def _converted(path: str, encoding: str) -> Finding:
    message = msg("The file was written in %(encoding)s and is read as UTF-8 now.", encoding=encoding)
    return Finding("encoding", Severity.REPAIR, path, message, line=1, path=path)


def _refuse_bytes(data: bytes) -> tuple[Message, Message | None] | None:
    if len(data) > MAX_BYTES:
        limit = MAX_BYTES // (1024 * 1024)
        return msg("The file is larger than %(limit)s MB.", limit=limit), None
    if not data.strip():
        return msg("The file is empty."), _BPMN_HINT
    if data.startswith(b"PK\x03\x04"):
        return (
            msg("The file is a packed archive, as Bizagi Modeler saves it (.bpm), not a BPMN diagram."),
            _BIZAGI_HINT,
        )
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\x00" in data[:4]:
        return _encoding_fault()
    start = data.removeprefix(codecs.BOM_UTF8).lstrip()
    if not start.startswith(b"<"):
        return msg("The file is not XML."), _BPMN_HINT
    # Each element needs one or two "<"; far beyond the limit the tree is not even built.
    if data.count(b"<") > 5 * MAX_ELEMENTS:
        return _too_many()
    return None


def _encoding_fault() -> tuple[Message, Message]:
    return (
        msg("The file is not encoded as UTF-8."),
        msg("Save the file as UTF-8 and upload it again."),
    )


def _too_many() -> tuple[Message, None]:
    return msg("The file has more than %(limit)s elements.", limit=MAX_ELEMENTS), None


def _utf8(data: bytes) -> tuple[bytes, str] | None:
    """The file as UTF-8 bytes and the encoding it was converted from (empty when it was none)."""
    data = data.removeprefix(codecs.BOM_UTF8).lstrip()
    declared = _DECLARATION.match(data[:200])
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    converted = ""
    if encoding in _CONVERTIBLE and declared:
        try:
            body = data[declared.end() :].decode(_CONVERTIBLE[encoding]).encode("utf-8")
        except UnicodeDecodeError:
            return None
        return b'<?xml version="1.0" encoding="UTF-8"?>' + body, encoding
    if encoding not in _UTF8:
        return None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return data, converted


def _has_doctype(data: bytes) -> bool:
    position = 0
    while match := _PROLOG.match(data, position):
        if match.end() == position:
            break
        position = match.end()
    return data.startswith(b"<!DOCTYPE", position)


def _refuse_tree(root: etree._Element) -> tuple[Message, Message | None] | None:
    for count, (_, depth) in enumerate(_walk(root), start=1):
        if count > MAX_ELEMENTS:
            return _too_many()
        if depth > MAX_DEPTH:
            return msg("Elements stand more than %(limit)s levels deep.", limit=MAX_DEPTH), None
    if sum(names.is_bpmn(xml) and names.local(xml) in names.NODES for xml in root.iter()) > MAX_STEPS:
        return msg("The file has more than %(limit)s steps.", limit=MAX_STEPS), None
    if root.tag == names.bpmn("definitions"):
        return _refuse_content(root)
    return _foreign(root)


def _walk(root: etree._Element) -> "list[tuple[etree._Element, int]]":
    found = []
    stack = [(root, 1)]
    while stack:
        xml, depth = stack.pop()
        found.append((xml, depth))
        if depth <= MAX_DEPTH and len(found) <= MAX_ELEMENTS:
            stack.extend((child, depth + 1) for child in xml)
    return found


def _refuse_content(root: etree._Element) -> tuple[Message, Message | None] | None:
    if root.find(names.bpmn("process")) is not None:
        return None
    hint = msg("Draw the steps of one participant as a process (a pool with its content) and upload that.")
    if root.find(names.bpmn("choreography")) is not None:
        return msg("The file holds a choreography only, which nobody can carry out."), hint
    if root.find(names.bpmn("collaboration")) is not None:
        return msg("The file holds a conversation or empty pools only, no process."), hint
    return msg("The file holds no process."), hint


def _foreign(root: etree._Element) -> tuple[Message, Message | None]:
    local, uri = names.local(root), etree.QName(root).namespace or ""
    if "bonitasoft" in uri or local == "MainProcess":
        return msg("The file is a Bonita diagram (.proc), not BPMN 2.0."), _BONITA_HINT
    if "DMN" in uri:
        return (
            msg("The file is a DMN decision, not a BPMN diagram."),
            msg("Give it a name ending in .dmn, or upload it together with its diagram as a package."),
        )
    if "xpdl" in uri.lower():
        return msg("The file is XPDL, not BPMN 2.0."), _BPMN_HINT
    if local in {"mxfile", "mxGraphModel", "svg"}:
        return msg("The file is a drawing (%(kind)s), not BPMN 2.0.", kind=local), _DRAWIO_HINT
    return msg("The file is XML but not BPMN 2.0; its root element is %(root)s.", root=local), _BPMN_HINT
