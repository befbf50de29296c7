"""Diagrams that are broken as texts: encodings, entities, trees, and files of other kinds."""

import json

from tests.faults.uploads.whole import BPMN, DMN, FORM, NAMESPACE


def texts() -> dict[str, bytes]:
    """All of them by name."""
    return {**_headers(), **_trees()}


def _headers() -> dict[str, bytes]:
    body = BPMN.partition(b"?>")[2]
    entity = '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return {
        "empty": b"",
        "white space": b" \n\t ",
        "NUL": b"\0" * 100,
        "binary": bytes(range(256)) * 10,
        "text": b"Mulai, periksa, selesai.",
        "UTF-16": BPMN.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
        "UTF-16 that says UTF-8": BPMN.decode().encode("utf-16"),
        "UTF-32": BPMN.decode().encode("utf-32"),
        "UTF-7": b'<?xml version="1.0" encoding="UTF-7"?>' + body,
        "EBCDIC": b'<?xml version="1.0" encoding="cp037"?>' + body,
        "unknown encoding": b'<?xml version="1.0" encoding="klingon"?>' + body,
        "Latin-1 that says UTF-8": BPMN.replace(b"Mulai", "Mulaï".encode("latin-1")),
        "overlong UTF-8": BPMN.replace(b"Mulai", b"\xc0\xafMulai"),
        "lone surrogate": BPMN.replace(b"Mulai", b"\xed\xa0\x80"),
        "XML 9.9": b'<?xml version="9.9" encoding="UTF-8"?>' + body,
        "external entity": (entity + body.decode().replace("Mulai", "&x;")).encode(),
        "parameter entity": b'<!DOCTYPE d [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>' + body,
        "external DTD": b'<!DOCTYPE d SYSTEM "http://127.0.0.1:1/x.dtd">' + body,
        "billion laughs": (
            f'<!DOCTYPE d [<!ENTITY l0 "lol">{laughs}]>' + body.decode().replace("Mulai", "&l11;")
        ).encode(),
        "quadratic blow-up": (
            f'<!DOCTYPE d [<!ENTITY a "{"a" * 50_000}">]>' + body.decode().replace("Mulai", "&a;" * 2_000)
        ).encode(),
        "DOCTYPE behind a comment": b"<!-- x -->\n<!DOCTYPE d>" + body,
        "undeclared entity": BPMN.replace(b"Mulai", b"&tidak;"),
        "two roots": BPMN + BPMN.partition(b"?>")[2],
        "text behind the root": BPMN + b"selesai",
        "inclusion": BPMN.replace(
            b"<bpmn:endEvent",
            b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
            b'<bpmn:endEvent id="e0"/><bpmn:endEvent',
        ),
        "HTML": b"<!DOCTYPE html><html><body><script>1</script></body></html>",
        "SVG": b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
        "draw.io": b'<mxfile><diagram id="x">jZJ</diagram></mxfile>',
        "Bonita": b'<process:MainProcess xmlns:process="http://www.bonitasoft.org/ns/studio/process"/>',
        "XPDL": b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>',
        "CMMN": b'<definitions xmlns="http://www.omg.org/spec/CMMN/20151109/MODEL"/>',
        "decision as diagram": DMN,
        "old BPMN": b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>',
        "no namespace": BPMN.replace(b"bpmn:", b"").replace(b"xmlns:bpmn", b"x"),
        "JSON": json.dumps(FORM).encode(),
        "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
        "gzip": b"\x1f\x8b\x08\x00" + b"\0" * 50,
        "shell": b"#!/bin/sh\nrm -rf /\n",
        "larger than allowed": BPMN.replace(b"Mulai", b"x" * 6_000_000),
    }


def _trees() -> dict[str, bytes]:
    deep = "<bpmn:documentation>" * 5_000 + "</bpmn:documentation>" * 5_000
    scopes = "".join(f'<bpmn:subProcess id="n{n}">' for n in range(2_000)) + "</bpmn:subProcess>" * 2_000
    many = "".join(f'<bpmn:task id="t{n}"/>' for n in range(100_000))
    inside = b"<bpmn:endEvent"
    return {
        "deep": BPMN.replace(inside, deep.encode() + inside),
        "deep scopes": BPMN.replace(inside, scopes.encode() + inside),
        "100,000 steps": BPMN.replace(inside, many.encode() + inside),
        "100,000 attributes": BPMN.replace(
            b'id="t"', ('id="t" ' + " ".join(f'a{n}="1"' for n in range(100_000))).encode()
        ),
        "many namespaces": BPMN.replace(
            b'id="t"', ('id="t" ' + " ".join(f'xmlns:n{n}="u{n}"' for n in range(60_000))).encode()
        ),
        "huge attribute": BPMN.replace(b'id="t"', b'id="t" x="' + b"y" * 4_900_000 + b'"')[:-20],
        "huge comment without end": BPMN + b"<!--" + b"x" * 1_000_000,
        "unclosed": BPMN.replace(b"</bpmn:process>", b""),
        "crossed": BPMN.replace(b"</bpmn:process>", b"</bpmn:definitions>"),
        "attribute twice": BPMN.replace(b'id="t"', b'id="t" id="u"'),
        "no quotes": BPMN.replace(b'id="t"', b"id=t"),
        "control character": BPMN.replace(b"Mulai", b"Mu\x08lai"),
        "character reference to NUL": BPMN.replace(b"Mulai", b"&#0;"),
        "character reference to a surrogate": BPMN.replace(b"Mulai", b"&#xD800;"),
        "undeclared prefix": BPMN.replace(b"<bpmn:endEvent", b"<lain:x/><bpmn:endEvent"),
        "unfinished CDATA": BPMN.replace(b"<bpmn:endEvent", b"<![CDATA[<bpmn:endEvent"),
        "choreography": (
            f'<definitions xmlns="{NAMESPACE}"><choreography id="c"><startEvent id="s"/></choreography>'
            "</definitions>"
        ).encode(),
        "pools without content": (
            f'<definitions xmlns="{NAMESPACE}"><collaboration id="c"><participant id="x"/></collaboration>'
            "</definitions>"
        ).encode(),
        "nothing inside": f'<definitions xmlns="{NAMESPACE}"/>'.encode(),
        "empty process": f'<definitions xmlns="{NAMESPACE}"><process id="p"/></definitions>'.encode(),
    }
