"""Receivers over the API: the own agency's, page by page, with how it stands with each, without secrets."""

import json
from datetime import timedelta

import pytest

from engine.db.models import OutboxEntry
from engine.people.principals import of_login
from engine.runtime import sending
from engine.runtime.house import House, Parcel
from engine.webhooks import Receiver, Receivers
from tests.web.api.client import Api

OPERATOR = "operator@contoh"
PATH, SECRET = "jalan-rahasia", "env:KUNCI_SP4N"


@pytest.fixture(autouse=True)
def listed(house: House) -> None:
    """Two receivers of the agency and one of another, all of which refuse what they are sent."""

    def refuse(house: House, parcel: Parcel) -> None:
        raise ConnectionError

    house.senders["webhook"] = refuse
    house.receivers = Receivers(
        [
            Receiver(name, agency, frozenset({"kabar"}), f"https://{name}.example/{PATH}?kunci=1", (SECRET,))
            for name, agency in (("sp4n", "contoh"), ("arsip", "contoh"), ("milik_lain", "lain"))
        ]
    )


def _put(house: House, recipient: str) -> None:
    with house.database.write() as session:
        agency_id = of_login(session, OPERATOR, house.now()).agency_id
        now = house.now()
        session.add(
            OutboxEntry(
                id=house.new_id(now),
                key=f"{recipient}:1",
                agency_id=agency_id,
                kind="webhook",
                recipient=recipient,
                payload={},
                state="pending",
                next_at=now,
                created_at=now,
            )
        )


def test_an_operator_sees_the_receivers_of_the_own_agency_page_by_page(api: Api) -> None:
    first = api.ok(api.get("/receivers?limit=1", OPERATOR))
    second = api.ok(api.get(f"/receivers?limit=1&cursor={first['next']}", OPERATOR))
    assert [each["name"] for page in (first, second) for each in page["items"]] == ["arsip", "sp4n"]
    assert (first["next"], second["next"]) == ("arsip", None)
    assert first["items"] == [api.ok(api.get("/receivers/arsip", OPERATOR))]
    assert first["items"][0] == {
        "name": "arsip",
        "messages": ["kabar"],
        "server": "https://arsip.example",
        "waiting": 0,
        "given_up": 0,
        "failing_since": None,
        "asked_again_at": None,
        "error": None,
    }
    for unknown in ("milik_lain", "tidak_ada"):
        assert api.get(f"/receivers/{unknown}", OPERATOR).status_code == 404


def test_it_tells_what_waits_and_why_one_fails_and_never_a_path_or_a_secret(api: Api, house: House) -> None:
    _put(house, "sp4n")
    assert sending.send_due(house) == 1
    found = api.ok(api.get("/receivers/sp4n", OPERATOR))
    assert (found["waiting"], found["given_up"], found["error"]) == (1, 0, "ConnectionError")
    assert found["failing_since"] < found["asked_again_at"]
    told = json.dumps(api.ok(api.get("/receivers", OPERATOR)))
    assert PATH not in told and "KUNCI" not in told and "lain" not in told


def test_what_is_left_for_a_receiver_taken_out_of_the_file_is_still_seen(api: Api, house: House) -> None:
    for name in ("dibuang", "milik_lain"):
        _put(house, name)
        found = api.ok(api.get(f"/receivers/{name}", OPERATOR))
        assert (found["messages"], found["server"], found["waiting"]) == ([], None, 1)


def test_figures_count_all_that_waits_and_tell_how_old_the_oldest_is(api: Api, house: House) -> None:
    assert _figures(api) == (0, 0, 0)
    _put(house, "sp4n")
    house.clock.set(house.now() + timedelta(seconds=90))  # type: ignore[attr-defined]
    assert _figures(api) == (1, 1, 90)
    sending.send_due(house)
    assert _figures(api) == (1, 0, 90)  # failed, and waits for its next attempt


def _figures(api: Api) -> tuple[float, ...]:
    text = api.client.get("/metrics").get_data(as_text=True)
    lines = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    found = {name: float(value) for name, _, value in lines}
    return tuple(found[f"alur_outbox_{name}"] for name in ("pending", "due", "oldest_seconds"))
