"""Each route × method × visitor, pages and API, from the URL map: nobody, all roles, two agencies, sealed."""

import re
from collections.abc import Iterator
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.db.models import OutboxEntry
from engine.people import appointments, roles, staff
from engine.people.agencies import save_unit
from engine.people.signin import revoke_token
from engine.runtime.house import House
from tests.support import agency
from tests.support.agency import principal
from tests.web.api.client import Api
from tests.web.api.declared import DECLARED
from tests.web.api.test_life import PDF
from tests.web.api.test_walls import ids as ids
from tests.web.api.work import file
from tests.web.pages import form, sign_in
from webapp.access import rule_of

UNKNOWN = "01KT30Y9809W1J69ECNFHBFJ04"
HEADS = ("admin_instansi", "kepala_unit", "pimpinan", "admin")
VISITORS = (
    "petugas_pengaduan", "admin_instansi", "admin_unit", "pejabat_penghubung", "kepala_unit", "apip",
    "pimpinan", "penjaga_identitas", "admin", "perancang", "operator", "pengelola",
)  # fmt: skip
# Who passes a rule that is not just a list of roles; None: everybody, also without signing in.
MEANT: dict[str, tuple[str, ...] | None] = {
    "anyone": None,
    "public, without a cookie": None,
    "number and code of a report": None,
    "signed in": VISITORS,
    "leads roles of an SOP": HEADS,
    "on this machine or role operator": None,  # the test's client is on this machine
}
# Closed by whose it is, not by a role alone: what somebody who is not meant gets of another's.
OF_OTHERS: dict[str, tuple[str, ...]] = {"GET /api/v1/people/<person_id>/substitutions": ("admin",)}
# What is asked without a number that fits is not found, by whomever.
PLACES = {
    "int:year": "2027",
    "int:number": "1",
    "path:path": "tiada.bpmn",
    "path:filename": "tiada",
    "code": "id",
}


def _routes(app: Flask) -> dict[str, str]:
    """``METHOD /path`` → the name of its access rule."""
    return {
        f"{method} {rule.rule}": getattr(rule_of(app.view_functions[rule.endpoint]), "name", "none")
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def _declared() -> dict[str, str]:
    return {row: name for name, rows in DECLARED.items() for row in map(str.strip, rows.split("\n")) if row}


ROWS = [
    (row, name) for row, name in sorted(_declared().items()) if not row.endswith(("/keluar", "/saya/sesi"))
]


def test_every_route_has_its_declared_row(app: Flask) -> None:
    found, declared = _routes(app), _declared()
    assert {row: name for row, name in found.items() if declared.get(row) != name} == {}, (
        "declare these routes in tests/web/api/declared.py, under the rule that is meant"
    )
    assert declared.keys() - found.keys() == set()


@pytest.fixture
def platform(house: House) -> None:
    """Somebody who opens agencies."""
    admin = principal(house, "admin@alur")
    roles.save_role(house, admin, "pengelola", "Pengelola")
    made = staff.new_person(house, admin, "pengelola", "Pengelola", "rahasia sekali saja")
    appointments.grant(house, admin, made.id, "pengelola")


class Browser:
    """A signed-in browser that sends the token of its session."""

    def __init__(self, app: Flask, role: str | None, agency_key: str = "contoh") -> None:
        self.client: FlaskClient = app.test_client()
        self.fields: dict[str, list[str]] = {}
        if role:
            login = f"{role}@{'alur' if role == 'pengelola' else agency_key}"
            password = "rahasia sekali saja" if role in ("pengelola", "segala") else "rahasia sekali"
            assert sign_in(self.client, login, password).status_code == 303
            self.fields = form(self.client.get("/saya/bahasa"), "/saya")["fields"]

    def ask(self, row: str, **values: str) -> TestResponse:
        method, template = row.split(" ")
        path = re.sub(
            r"<([^>]+)>", lambda name: values.get(name[1]) or PLACES.get(name[1], UNKNOWN), template
        )
        if method == "GET":
            return self.client.get(path)
        if template.startswith("/api/"):
            headers = {"X-CSRF-Token": self.fields["_token"][0]} if self.fields else {}
            return self.client.open(path, method=method, json={}, headers=headers)
        return self.client.open(path, method=method, data=self.fields)


def _turned_away(answer: TestResponse) -> bool:
    return answer.status_code in (401, 403) or (
        answer.status_code == 303 and answer.location.startswith("/masuk")
    )


@pytest.mark.parametrize("role", [None, *VISITORS])
def test_each_visitor_gets_past_exactly_the_rules_meant_for_them(
    app: Flask, platform: None, role: str | None
) -> None:
    browser = Browser(app, role)
    wrong = []
    for row, name in ROWS:
        meant = (
            OF_OTHERS[row]
            if row in OF_OTHERS
            else MEANT[name]
            if name in MEANT
            else tuple(name.removeprefix("role ").split(" or "))
        )
        answer = browser.ask(row)
        assert answer.status_code < 500, row
        if meant is not None and (role in meant) == _turned_away(answer):
            wrong.append(f"{row}: {answer.status_code} for {role}")
        if meant is None and _turned_away(answer) and not _asks_for_its_token(row, answer):
            wrong.append(f"{row}: {answer.status_code} for {role}")
    assert wrong == []


def _asks_for_its_token(row: str, answer: TestResponse) -> bool:
    """Pages of reporters know no session: their forms carry a token of their own."""
    return answer.status_code in (401, 403) and row in ("POST /api/v1/tokens", "POST /masuk")


@pytest.fixture
def pages(app: Flask, house: House, api: Api, ids: dict[str, dict[str, str]]) -> Iterator[dict[str, str]]:
    """Things of ``contoh`` by the names that pages' addresses use."""
    admin = principal(house, "admin@contoh")
    save_unit(house, admin, "hanya_contoh", "Hanya di Contoh")
    roles.save_role(house, admin, "hanya_contoh", "Hanya di Contoh")
    agency.put_in_force(house, admin.agency_id, "bpom", "bpom_ulpk")
    kept = api.ok(api.post("/files", data={"file": (BytesIO(PDF), "a.pdf"), "agency": "contoh"}), 201)["id"]
    filed = file(api, lampiran=[kept])
    own = ids["contoh"]
    yield {
        "item": own["item_id"],
        "number": filed["case_number"],
        "file_id": kept,
        "login": "petugas_pengaduan@contoh",
        "person_id": own["person_id"],
        "grant_id": own["grant_id"],
        "change_id": own["change_id"],
        "hours_id": own["hours_id"],
        "substitution_id": own["substitution_id"],
        "process": "bpom_ulpk",
        "name": "tanggapan_terkirim",
        "token_id": UNKNOWN,
        "incident_id": UNKNOWN,
        "receiver_name": UNKNOWN,
        "entry_id": _delivery(house, admin.agency_id),
    }


def _delivery(house: House, agency_id: str) -> str:
    """A delivery of the agency that was given up."""
    with house.database.write() as session:
        entry = OutboxEntry(
            id=house.new_id(house.now()),
            key="given-up",
            agency_id=agency_id,
            kind="notice",
            state="failed",
            created_at=house.now(),
        )
        session.add(entry)
    return entry.id


NEVER = {
    "login": "tiada@contoh",
    "number": "CT-2026-999999",
    "process": "tiada",
    "name": "tiada",
    "key": "tiada",
}
OF_PAGES = [
    row for row, name in ROWS if "<" in row and "/api/" not in row and MEANT.get(name, ()) is not None
    and "<key>" not in row and not re.search(r"<(int:year|code)>", row)
]  # fmt: skip
ASKS_FIRST = {"GET /kelola/kalender/jam/<hours_id>/hapus"}  # asks before it looks; the POST looks
BY_KEY = {"/kelola/unit/": "hanya_contoh", "/kelola/peran/": "hanya_contoh", "/sop/": "bpom_ulpk"}
KEYED = [(row, key) for row, _ in ROWS for start, key in BY_KEY.items() if start + "<key>" in row]


def _plain(answer: TestResponse, values: dict[str, str]) -> tuple[int, str]:
    """The answer without what differs between any two requests, and without the ids that were asked for."""
    text = answer.get_data(as_text=True)
    text = re.sub(r'name="_(kunci|token)" value="[^"]*"', "", text)
    for value in values.values():
        text = text.replace(value, "?").replace(value.replace("@", "%40"), "?")
    return answer.status_code, text


def test_another_agencys_things_look_like_ones_that_never_were(app: Flask, pages: dict[str, str]) -> None:
    browser = Browser(app, "segala", "lain")
    assert len(OF_PAGES) > 25 and len(KEYED) > 25
    for row in OF_PAGES:
        never = {name: NEVER.get(name, UNKNOWN[::-1]) for name in pages}
        theirs = _plain(browser.ask(row, **pages), pages)
        assert theirs == _plain(browser.ask(row, **never), never), row
        assert theirs[0] == 404 or row in ASKS_FIRST, row
    for row, key in KEYED:
        theirs, never_ = ({"key": key}, {"key": "tak_dikenal"})
        first, second = _plain(browser.ask(row, **theirs), theirs), _plain(browser.ask(row, **never_), never_)
        assert first == second and first[0] == 404, row


def test_ones_own_things_are_there(app: Flask, pages: dict[str, str]) -> None:
    """Without this the test before could pass for the wrong reason."""
    browser = Browser(app, "segala")
    found = {
        row: browser.ask(row, **pages).status_code
        for row in OF_PAGES
        if row.startswith("GET") and not re.search("token_id|incident_id|/pesan/", row)
    }
    assert {row: status for row, status in found.items() if status != 200} == {}
    keyed = {row: browser.ask(row, key=key).status_code for row, key in KEYED if row.startswith("GET")}
    # A file of no version, an only version to compare, a version in force to edit.
    left_out = re.compile("path:path|/banding|/ubah$")
    strange = {row: status for row, status in keyed.items() if status != 200 and not left_out.search(row)}
    assert strange == {}


def test_a_sealed_report_is_unknown_on_every_page_to_who_does_not_handle_it(
    app: Flask, api: Api, house: House
) -> None:
    filed = file(api, rahasia=True)
    row = api.ok(api.get("/work-items", "petugas_pengaduan@contoh"))["items"][0]
    sealed = {"number": filed["case_number"], "item": row["id"]}
    never = {"number": "CT-2026-999999", "item": UNKNOWN[::-1]}
    browser, handler = Browser(app, "apip"), Browser(app, "petugas_pengaduan")
    walked = [each for each in OF_PAGES if re.search("/laporan/<number>|/tugas/<item>", each)]
    for each in walked:
        assert _plain(browser.ask(each, **sealed), sealed) == _plain(browser.ask(each, **never), never), each
    assert handler.ask("GET /laporan/<number>", **sealed).status_code == 200


def test_who_was_let_in_is_put_out_when_the_role_or_the_token_ends(
    app: Flask, api: Api, house: House
) -> None:
    browser = Browser(app, "perancang")
    assert browser.ask("GET /sop").status_code == 200
    admin = principal(house, "admin@contoh")
    person, held = staff.person(house, admin, principal(house, "perancang@contoh").id or "")
    appointments.end_grant(house, admin, held[0].grant_id)
    assert browser.ask("GET /sop").status_code == 403
    assert api.get("/work-items", "apip@contoh").status_code == 200
    revoke_token(house, api.tokens["apip@contoh"])
    assert api.get("/work-items", "apip@contoh").status_code == 401
    staff.change_person(house, admin, person.id, name=person.name, active=False)
    assert browser.ask("GET /tugas").status_code == 303
