"""The planted faults still fit the product, and the first is caught; all of them: make test-faults."""

from pathlib import Path

from tests.faults import planted


def test_each_fault_can_still_be_planted() -> None:
    assert len({fault.name for fault in planted.FAULTS}) == len(planted.FAULTS) >= 20
    homeless = [
        f"{fault.name}: {fault.file}"
        for fault in planted.FAULTS
        if (planted.ROOT / fault.file).read_text(encoding="utf-8").count(fault.old) != 1
    ]
    assert homeless == []


def test_a_planted_fault_is_caught(tmp_path: Path) -> None:
    planted.copy(tmp_path)
    fault = planted.FAULTS[0]
    planted.plant(tmp_path, fault)
    assert not planted.passes(tmp_path, fault.test)
