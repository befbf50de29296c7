"""The differences between two versions, by element."""

from engine import bpmn
from tests.unit.bpmn.drawing_kit import diagram


def version(limit: str = "3 HK", name: str = "Periksa", kind: str = "userTask", more: str = "") -> bytes:
    return diagram(
        f'<startEvent id="s"/>|<{kind} id="t" name="{name}"><extensionElements><zeebe:properties>'
        f'<zeebe:property name="alur:serviceLevel" value="{limit}"/></zeebe:properties></extensionElements>'
        f'</{kind}>|<endEvent id="e"/>|s>t|t>e{more}'
    )


def changes(old: bytes, new: bytes) -> list[tuple[str, str, dict[str, tuple[object, object]]]]:
    found = bpmn.compare({"p.bpmn": old}, {"p.bpmn": new})
    return [(item.element, item.change.value, dict(item.properties)) for item in found]


def test_the_same_version_has_no_differences() -> None:
    assert changes(version(), version().replace(b"><", b">\n<")) == []


def test_changed_properties_are_named_with_both_values() -> None:
    assert changes(version(), version(limit="5 HK", name="Telaah")) == [
        ("t", "changed", {"name": ("Periksa", "Telaah"), "service_level": ("3 HK", "5 HK")})
    ]
    assert changes(version(), version(kind="manualTask")) == [
        ("t", "changed", {"kind": ("userTask", "manualTask")})
    ]


def test_added_and_removed_elements_and_flows() -> None:
    longer = version(more='|<userTask id="u"/>|t>u')
    assert changes(version(), longer) == [("u", "added", {}), ("t_u", "added", {})]
    assert changes(longer, version()) == [("u", "removed", {}), ("t_u", "removed", {})]


def test_conditions_and_other_files_count() -> None:
    old = {"p.bpmn": version(more="|t>s:= a = 1"), "sop.toml": b"a"}
    new = {"p.bpmn": version(more="|t>s:= a = 2"), "sop.toml": b"b"}
    found = {(item.element, item.kind): item.properties for item in bpmn.compare(old, new)}
    assert found[("t_s", "sequenceFlow")] == {"condition": ("= a = 1", "= a = 2")}
    assert ("sop.toml", "file") in found
