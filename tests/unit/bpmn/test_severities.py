"""An operator sets how much the rules about accountability weigh; nothing else can be set."""

from pathlib import Path

import pytest

from engine import bpmn
from engine.bootstrap import Settings, SettingsError
from engine.bpmn.severities import severities
from engine.errors import Invalid

BARE = {"p.bpmn": (Path(__file__).parent / "fixtures" / "task-role" / "invalid.bpmn").read_bytes()}


def weight(setting: str, *, sop: bool = True) -> set[str]:
    verdict = bpmn.check(BARE, sop=sop, severities=severities(setting))
    return {str(item.severity) for item in verdict.findings if item.rule == "task-role"}


def test_each_rule_weighs_what_the_operator_says() -> None:
    assert weight("") == weight("task-role=error") == weight("task-form=warning") == {"error"}
    assert weight(" task-form=off; task-role = Warning ") == {"warning"}
    assert weight("task-role=off") == set()


def test_a_rule_that_is_off_does_not_warn_either_and_others_only_warn() -> None:
    assert weight("task-role=off", sop=False) == set()
    assert weight("task-role=error", sop=False) == {"warning"}


@pytest.mark.parametrize("setting", ["timer=off", "task-role=loud", "task-role", "nonsense=error"])
def test_what_cannot_be_set_is_refused_where_it_is_read(setting: str) -> None:
    with pytest.raises(Invalid):
        severities(setting)
    with pytest.raises(SettingsError) as caught:
        Settings.from_env({"ALUR_SOP_RULES": setting})
    assert setting.partition("=")[0] in str(caught.value)
