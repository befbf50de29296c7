"""Forms, decisions and SOP files with faults."""

import json
from collections.abc import Iterator

from tests.faults.uploads.whole import BPMN, DMN, SOP, Upload, zipped

# Odd, but whole: they may be taken.
_WHOLE = {
    "an unknown type",
    "HTML",
    "a label without end",
    "a requirement elsewhere",
}


def companions() -> Iterator[Upload]:
    """All of them."""
    yield from _forms()
    yield from _decisions()
    yield from _sops()


def _forms() -> Iterator[Upload]:
    deep = '{"components": ' * 10_000 + "1" + "}" * 10_000
    nested: dict[str, object] = {"type": "textfield", "key": "a", "label": "A"}
    for _ in range(20):
        nested = {"type": "group", "components": [nested]}
    field = {"type": "textfield", "key": "a", "label": "A"}
    texts: dict[str, object] = {
        "empty": "",
        "no JSON": "{",
        "a list": "[]",
        "a number": "1",
        "null": "null",
        "NaN": '{"components": [NaN]}',
        "infinity": '{"components": [], "x": 1e999, "y": Infinity}',
        "deep": deep,
        "deep list": "[" * 100_000,
        "lone surrogate": '{"components": [{"type": "textfield", "key": "\\ud800", "label": "A"}]}',
        "no components": {"id": "f"},
        "components that are none": {"components": {"a": 1}},
        "a component that is none": {"components": [1, None, "x"]},
        "nested groups": {"components": [nested]},
        "too many fields": {"components": [{**field, "key": f"a{n}"} for n in range(2_000)]},
        "a key twice": {"components": [field, field]},
        "a reserved key": {"components": [{**field, "key": "typename"}]},
        "an unknown type": {"components": [{**field, "type": "iframe"}]},
        "HTML": {"components": [{"type": "html", "content": "<script>1</script>"}]},
        "a type that is no text": {"components": [{**field, "type": 5}]},
        "a key that is no text": {"components": [{**field, "key": ["a"]}]},
        "a key with a path": {"components": [{**field, "key": "__proto__.x"}]},
        "a condition that is none": {"components": [{**field, "conditional": {"hide": "= 1 +"}}]},
        "a condition that is a list": {"components": [{**field, "conditional": [1]}]},
        "a pattern that is none": {"components": [{**field, "validate": {"pattern": "("}}]},
        "a pattern that hangs": {"components": [{**field, "validate": {"pattern": "(" * 5_000}}]},
        "rules that are none": {"components": [{**field, "validate": 1}]},
        "a length that is a text": {"components": [{**field, "validate": {"minLength": "x"}}]},
        "a length below nothing": {"components": [{**field, "validate": {"maxLength": -1}}]},
        "options that are none": {"components": [{"type": "select", "key": "a", "label": "A", "values": 3}]},
        "a label without end": {"components": [{**field, "label": "x" * 900_000}]},
        "larger than allowed": {"components": [], "x": "x" * 1_100_000},
    }
    for name, content in texts.items():
        data = content if isinstance(content, str) else json.dumps(content)
        raw = data.encode("utf-8", "surrogatepass")
        yield Upload(f"form: {name}", "f.json", raw, name not in _WHOLE)
    for number, data in enumerate((b"\xff\xfe{\x00}\x00", b"\xed\xa0\x80", b'{"a": "\xff"}', b"\0")):
        yield Upload(f"form: bytes {number}", "f.json", data)


def _decisions() -> Iterator[Upload]:
    def changed(old: str, new: str) -> bytes:
        assert old.encode() in DMN
        return DMN.replace(old.encode(), new.encode())

    faults = {
        "a DOCTYPE": DMN.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1),
        "laughs": DMN.replace(b"?>", b'?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>', 1),
        "a test that is none": changed("&lt; 3", "&lt; &lt; 3"),
        "an output that is none": changed('"kecil"', "kecil besar +"),
        "an input that is none": changed("<text>a</text>", "<text>a +</text>"),
        "a requirement to nowhere": changed("#a", "#tidak_ada"),
        "a requirement to itself": changed('<requiredInput href="#a"/>', '<requiredDecision href="#dec"/>'),
        "a requirement elsewhere": changed("#a", "http://127.0.0.1:1/x#a"),
        "too few cells": changed('<inputEntry id="x"><text>&lt; 3</text></inputEntry>', ""),
        "an unknown hit policy": changed(
            '<decisionTable id="t">', '<decisionTable id="t" hitPolicy="LUCKY">'
        ),
        "an unknown aggregation": changed(
            '<decisionTable id="t">', '<decisionTable id="t" hitPolicy="COLLECT" aggregation="LUCKY">'
        ),
        "an id twice": changed('<inputData id="a"', '<inputData id="dec"'),
        "another language": changed(
            '<inputExpression id="ie">', '<inputExpression id="ie" expressionLanguage="groovy">'
        ),
        "deep": DMN.replace(b"<text>a</text>", b"<text>" + b"(" * 4_000 + b"a" + b")" * 4_000 + b"</text>"),
        "many rules": DMN.replace(
            b"</decisionTable>",
            b"<rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>"
            * 40_000
            + b"</decisionTable>",
        ),
        "an unknown edition": DMN.replace(b"20191111", b"20991111"),
    }
    for name, data in faults.items():
        yield Upload(f"decision: {name}", "m.dmn", data, name not in _WHOLE)


def _sops() -> Iterator[Upload]:
    faults = {
        "no TOML": "process_id = ",
        "nothing": "",
        "a number for a name": SOP.replace('"p"', "5"),
        "a clock that is none": SOP.replace("[jam.jam_tanggapan]", "jam = 5\n[x]"),
        "a limit that is none": SOP.replace("5 HK", "5 kali"),
        "a limit without end": SOP.replace("5 HK", "99999999999999 HK"),
        "a limit that is a list": SOP.replace('"5 HK"', "[1]"),
        "FEEL that is none": SOP.replace("5 HK", "= 1 +"),
        "a zone that is none": 'zona_waktu = "Mars/Olympus"\n' + SOP,
        "calls that are none": "memanggil = 7\n" + SOP,
        "roles that are none": "peran = 7\n" + SOP,
        "its own superior": SOP + '[eskalasi]\nkepala = "kepala"\n',
        "a key twice": SOP + 'process_id = "q"\n',
        "deep": "x = " + "[" * 5_000 + "]" * 5_000,
        "an escape without end": 'process_id = "\\u{' + "9" * 5_000,
    }
    for name, text in faults.items():
        yield Upload(f"SOP file: {name}", "paket.zip", zipped({"p.bpmn": BPMN, "sop.toml": text.encode()}))
    data = zipped({"p.bpmn": BPMN, "sop.toml": b"\xff\xfe" + SOP.encode("utf-16-le")})
    yield Upload("SOP file: UTF-16", "paket.zip", data)
