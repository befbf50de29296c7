"""Hardened reading: every bad input is a finding, soon and without an exception."""

import codecs
import io
import zipfile

import pytest

from engine import bpmn
from tests.support.effort import at_most
from tests.unit.bpmn.drawing_kit import HEAD, diagram

GOOD = diagram('<startEvent id="s"/>|<endEvent id="e"/>|s>e')
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BOMB = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))


def packed() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("Diagram.xml", "<x/>")
    return buffer.getvalue()


def nested(depth: int) -> bytes:
    return (f'<d xmlns="{BPMN}">' + "<a>" * depth + "</a>" * depth + "</d>").encode()


BAD = {
    "empty": (b"", "empty"),
    "blank": (b"  \n ", "empty"),
    "binary": (bytes(range(1, 256)) * 50, "not XML"),
    "prose": (b"start, then verify, then answer", "not XML"),
    "json": (b'{"type": "default"}', "not XML"),
    "malformed": (b"<definitions><process></definitions>", "broken at line 1"),
    "cut off": (GOOD[:-40], "broken"),
    "duplicate attribute": (b'<a x="1" x="2"/>', "broken"),
    "doctype": (b'<?xml version="1.0"?><!DOCTYPE a><a/>', "DOCTYPE"),
    "doctype after comment": (b"<!-- x --><!DOCTYPE a><a/>", "DOCTYPE"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "DOCTYPE"),
    "entity bomb": (f'<!DOCTYPE a [<!ENTITY a0 "ha">{BOMB}]><a>&a11;</a>'.encode(), "DOCTYPE"),
    "utf-16": (GOOD.decode().encode("utf-16"), "UTF-8"),
    "utf-16 without mark": (GOOD.decode().encode("utf-16-le"), "UTF-8"),
    "utf-7": (b'<?xml version="1.0" encoding="utf-7"?><a/>', "UTF-8"),
    "wrong encoding": (b'<?xml version="1.0" encoding="UTF-8"?><a x="\xe9"/>', "UTF-8"),
    "many elements": (
        f'<d xmlns="{BPMN}">'.encode() + b"<a/>" * 100_000 + b"</d>",
        "more than 20000 elements",
    ),
    "few too many": (f'<d xmlns="{BPMN}">'.encode() + b"<a/>" * 20_001 + b"</d>", "more than 20000 elements"),
    "deep": (nested(70), "levels deep"),
    "very deep": (nested(20_000), "broken"),
    "large": (b"<a>" + b"x" * (5 * 1024 * 1024) + b"</a>", "larger than 5 MB"),
    "bizagi": (packed(), "Bizagi"),
    "bonita": (b'<p:MainProcess xmlns:p="http://www.bonitasoft.org/ns/studio/process"/>', "Bonita"),
    "xpdl": (b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2"/>', "XPDL"),
    "drawio": (b"<mxfile><diagram/></mxfile>", "drawing"),
    "other xml": (b"<invoice/>", "not BPMN"),
    "no process": (f'<definitions xmlns="{BPMN}"/>'.encode(), "no process"),
    "choreography": (f'<definitions xmlns="{BPMN}"><choreography/></definitions>'.encode(), "choreography"),
    "conversation": (f'<definitions xmlns="{BPMN}"><collaboration/></definitions>'.encode(), "conversation"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_answered_soon_and_by_one_finding(name: str) -> None:
    data, wanted = BAD[name]
    with at_most(200_000):
        verdict = bpmn.check({"p.bpmn": data})
    assert verdict.verdict == "REFUSE"
    assert [finding.rule for finding in verdict.findings] == ["unreadable"]
    assert wanted in str(verdict.findings[0].message)
    assert verdict.findings[0].path == "p.bpmn"
    assert bpmn.elements({"p.bpmn": data}) == {}
    assert bpmn.executable({"p.bpmn": data}) == {}


@pytest.mark.parametrize(
    ("data", "changed"),
    [
        (GOOD, False),
        (codecs.BOM_UTF8 + GOOD, False),
        (b"\n  " + GOOD, False),
        (b'<?xml version="1.0" encoding="us-ascii"?>' + GOOD, False),
        (GOOD.replace(b"bpmn:", b"bpmn2:").replace(b"xmlns:bpmn=", b"xmlns:bpmn2="), False),
        (GOOD.replace(b"bpmn:", b"").replace(b"xmlns:bpmn=", b"xmlns="), False),
        (b"<!-- <!DOCTYPE html> in a comment -->" + GOOD, False),
        (
            b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD.replace(b'id="s"', b'id="s" name="\xe9"'),
            True,
        ),
    ],
)
def test_good_input_is_read_however_it_is_written(data: bytes, changed: bool) -> None:
    verdict = bpmn.check({"p.bpmn": data})
    assert verdict.verdict == ("FIX" if changed else "RUN")
    assert set(bpmn.elements({"p.bpmn": data})) == {"s", "e"}


def test_a_converted_file_is_handed_back_as_utf8() -> None:
    data = b'<?xml version="1.0" encoding="ISO-8859-1"?>' + GOOD.replace(b'id="s"', b'id="s" name="\xe9"')
    files = bpmn.check({"p.bpmn": data}).files
    assert bpmn.elements(files)["s"].name == "é"
    assert bpmn.check(files).verdict == "RUN"


def test_lines_are_kept() -> None:
    text = HEAD + '\n<bpmn:process id="p">\n\n<bpmn:userTask id="t"/></bpmn:process></bpmn:definitions>'
    assert bpmn.elements({"p.bpmn": text.encode()})["t"].line == 4


def test_an_upload_without_anything_to_run_is_refused() -> None:
    assert bpmn.check({"README.md": b"# SOP"}).verdict == "REFUSE"
