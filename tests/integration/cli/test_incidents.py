"""``alur incidents``: an operator looks at what stopped, tries it again, or gives it up."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from engine.bootstrap import Settings, open_house
from engine.cases.filing import Filing, file
from engine.db.models import Instance, OutboxEntry
from engine.errors import AlurError
from engine.people.principals import SYSTEM
from engine.runtime import incidents
from engine.runtime.step import Step
from tests.integration.cli.kit import alur
from tests.support.agency import REPORT, open_agency, put_in_force
from webapp.cli import main

AS = ("--as", "operator@contoh")


@pytest.fixture
def env(sqlite_url: str, tmp_path: Path) -> dict[str, str]:
    """An installation with one report that stands in an incident of its flow."""
    data = tmp_path / "data"
    house = open_house(Settings(database_url=sqlite_url, data_dir=data))
    put_in_force(house, open_agency(house))
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k1"))
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        incidents.open_incident(step, "T01_registrasi", "flow", ValueError("Registri diam."))
        step.save()
    house.database.close()
    return {"ALUR_DATABASE_URL": sqlite_url, "ALUR_DATA": str(data)}


def _open(env: dict[str, str]) -> list[str]:
    return [row["id"] for row in alur("incidents", "list", *AS, "--json", env=env).json["items"]]


def test_an_incident_is_listed_shown_and_tried_again(env: dict[str, str]) -> None:
    (incident,) = _open(env)
    assert "Registri diam." in alur("incidents", "list", *AS, env=env).out
    shown = alur("incidents", "show", incident, *AS, "--json", env=env).json
    assert (shown["element"], shown["job"], shown["may_drop"]) == ("T01_registrasi", None, False)
    assert "may_drop" in alur("incidents", "show", incident, *AS, env=env).out
    variables = ("--variables", '{"unit_layanan": "Loket 2"}')
    done = alur("incidents", "retry", incident, *AS, *variables, "--json", env=env)
    assert (done.code, done.json["state"]) == (0, "resolved")
    assert _open(env) == []
    resolved = alur("incidents", "list", *AS, "--state", "resolved", "--json", env=env).json["items"]
    assert [row["id"] for row in resolved] == [incident]
    again = alur("incidents", "retry", incident, *AS, env=env)
    assert again.code == 1 and "resolved before" in again.err


def test_giving_up_asks_first_and_says_what_it_takes(env: dict[str, str]) -> None:
    (incident,) = _open(env)
    cancel = ["incidents", "cancel", incident, *AS, "--reason", "Di luar sistem."]
    assert CliRunner().invoke(main, cancel, env=env, input="n\n").exit_code == 1
    stands = alur(*cancel, "--yes", env=env)
    assert stands.code == 1 and "end the case" in stands.err
    assert alur(*cancel, "--json", env=env).code == 2
    assert _open(env) == [incident]
    done = alur(*cancel, "--end-case", "--yes", "--json", env=env)
    assert (done.code, done.json["state"]) == (0, "resolved")
    assert _open(env) == []


def test_only_an_operator_of_the_agency_may(env: dict[str, str]) -> None:
    for login in ("apip@contoh", "nobody@contoh"):
        refused = alur("incidents", "list", "--as", login, "--json", env=env)
        assert refused.code == 1 and "error" in refused.json


def _give_up_deliveries(env: dict[str, str], number: int) -> None:
    house = open_house(Settings(database_url=env["ALUR_DATABASE_URL"], data_dir=Path(env["ALUR_DATA"])))
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        for count in range(number):
            step.tell("webhook", f"sp4n:{count}", "sp4n", {})
        session.flush()
        for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "webhook")):
            entry.state, entry.next_at = "failed", None
            why = AlurError("The receiver answered 503.")
            incidents.open_incident(step, "sp4n", incidents.DELIVERY, why, entry.id, stops=False)
        step.save()
    house.database.close()


def test_all_of_a_receiver_is_tried_again_or_given_up_by_one_command(env: dict[str, str]) -> None:
    _give_up_deliveries(env, 5)
    found = alur("incidents", "groups", *AS, "--json", env=env).json["items"]
    assert [(each["element"], each["count"]) for each in found] == [("sp4n", 5), ("T01_registrasi", 1)]
    told = alur("incidents", "groups", *AS, env=env).out
    assert "The receiver answered 503." in told and "6 open incidents of 2 causes." in told
    newest = found[0]["newest"]
    retry = ["incidents", "retry", newest, *AS, "--alike"]
    assert CliRunner().invoke(main, retry, env=env, input="n\n").exit_code == 1
    assert alur(*retry, "--json", env=env).code == 2
    assert alur(*retry, "--variables", '{"a": 1}', "--yes", env=env).code == 2
    assert len(_open(env)) == 6
    done = alur(*retry, "--yes", "--json", env=env)
    assert (done.code, done.json) == (0, {"done": 5, "again": 0, "refused": 0})
    assert alur(*retry, "--yes", env=env).code == 1  # nothing of it is open any more
    cancel = ["incidents", "cancel", *_open(env), *AS, "--alike", "--yes", "--reason", "Penerima bubar."]
    assert alur(*cancel, "--end-case", env=env).code == 2
    stands = alur(*cancel, env=env)
    assert stands.code == 1 and "one by one" in stands.err
