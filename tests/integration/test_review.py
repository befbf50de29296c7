"""Review asks what the check cannot know: whether somebody holds the roles; the operator sets the weights."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bpmn.severities import severities
from engine.catalog import definitions
from engine.catalog.replication import Identity, blank
from engine.errors import Refused
from engine.runtime.house import House
from tests.conformance.bpmn.kit import E, S, process, user
from tests.support import agency

MINE = Identity("lapor_saya", "Lapor saya", "Contoh", "CT")
NOBODY = [("peran_kosong", "Peran kosong"), ("pimpinan", "Pimpinan")]


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    opened, _ = agency.open_house(database_url, tmp_path)
    agency.open_agency(opened)
    yield opened
    opened.database.close()


def test_a_role_that_nobody_holds_forbids_publishing(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    draft, verdict = definitions.upload(house, who, blank(MINE, NOBODY, "Asia/Jakarta"))
    assert "role-holder" not in {finding.rule for finding in verdict.findings}
    with pytest.raises(Refused) as caught:
        definitions.submit(house, who, draft.id)
    found = [finding for finding in caught.value.findings if finding.rule == "role-holder"]
    assert found and "peran_kosong" in str(found[0].message)


def test_what_the_operator_switched_off_is_not_said_of_a_draft_either(house: House) -> None:
    who = agency.principal(house, "perancang@contoh")
    files = {"p.bpmn": process(S, user("a"), E, flows="s>a a>e")}
    rule = "task-form"
    assert rule in {one.rule for one in definitions.inspect(house, who, files).findings}
    house.severities = severities(f"{rule}=off")
    draft, verdict = definitions.upload(house, who, files)
    _, again = definitions.edit(house, who, draft.id, draft.revision)
    for found in (verdict, again, definitions.inspect(house, who, files)):
        assert rule not in {one.rule for one in found.findings}


def test_the_operator_may_let_it_pass(house: House) -> None:
    house.severities = severities("role-holder=warning")
    who = agency.principal(house, "perancang@contoh")
    draft, _ = definitions.upload(house, who, blank(MINE, NOBODY, "Asia/Jakarta"))
    assert definitions.submit(house, who, draft.id).state == "submitted"
