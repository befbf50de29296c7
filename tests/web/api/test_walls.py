"""Walls, drawn from the URL map: each operation × nobody, wrong role, own, another agency's, unknown ids."""

from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from engine.people import appointments, staff
from engine.people.principals import Principal
from engine.runtime.house import House
from tests.support.agency import REPORT, principal
from tests.web.api.client import BASE, Api
from tests.web.api.test_life import PDF
from tests.web.api.work import do, file
from tests.web.pages import sign_in
from webapp.access import Rule, anyone, public, rule_of
from webapp.api.operation import MARK, Operation

UNKNOWN = "01KT30Y9809W1J69ECNFHBFJ04"
EVERYTHING, ELSEWHERE, APIP = "segala@contoh", "segala@lain", "apip@contoh"
ALL_ROLES = ("admin", "perancang", "operator", "petugas_pengaduan", "admin_instansi", "penjaga_identitas")

# What each operation needs besides its address, so that the wall is reached and not the form check.
BODIES: dict[str, Any] = {
    "completeWorkItem": {"version": 1, "answers": {"nomor_register": "1"}, "take": True},
    "reassignWorkItem": {"login": "petugas_pengaduan"},
    "draftWorkItem": {"answers": {}},
    "cancelIncident": {"reason": "Tidak perlu lagi"},
    "retryIncidentsAlike": {"until": UNKNOWN},
    "cancelIncidentsAlike": {"until": UNKNOWN, "reason": "Tidak perlu lagi"},
    "eraseCase": {"reason": "Diminta pelapor"},
    "readIdentity": {"reason": "Menelepon"},
    "answerFindings": {"answers": {}},
    "rejectDefinition": {"reason": "Belum tepat"},
    "completeJob": {"worker": "w"},
    "failJob": {"worker": "w", "error": "x"},
    "throwJobError": {"worker": "w", "code": "X"},
    "grantRole": {"role": "admin"},
    "nameDeputy": {"deputy": "apip2", "until": "2026-06-30T00:00:00+07:00", "reason": "Cuti"},
}
# Operations whose own ids need more than a report: these have tests of their own (test_jobs, _receivers).
WITHOUT_OWN = {"job_id", "incident_id", "receiver_name"}


def operations(app: Flask) -> list[tuple[str, str, Operation, Rule]]:
    """(method, template, contract, access rule) of every operation of the API."""
    found = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        made, access = getattr(view, MARK, None), rule_of(view)
        if made is not None and access is not None:
            method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
            found.append((method, str(rule).removeprefix(BASE), made, access))
    return sorted(found, key=lambda each: each[2].name)


def send(api: Api, method: str, path: str, made: Operation, by: str | None) -> TestResponse:
    return (
        api.call(method, path, by, json=BODIES.get(made.name))
        if made.name in BODIES
        else api.call(method, path, by)
    )


def _everything(house: House, key: str) -> Principal:
    admin = principal(house, f"admin@{key}")
    person = staff.new_person(house, admin, "segala", "Segala", "rahasia sekali saja")
    for role in ALL_ROLES:
        appointments.grant(house, admin, person.id, role)
    return principal(house, f"segala@{key}")


@pytest.fixture
def ids(api: Api, house: House) -> dict[str, dict[str, str]]:
    """One of everything in both agencies, by the names that addresses use."""
    return {key: _one_of_each(api, house, key) for key in ("contoh", "lain")}


def _one_of_each(api: Api, house: House, key: str) -> dict[str, str]:
    who = _everything(house, key)
    by = who.login
    filed = file(api, key)
    row = next(
        each
        for each in api.ok(api.get("/work-items", by))["items"]
        if each["case_number"] == filed["case_number"]
    )
    kept = api.ok(api.post("/files", by, data={"file": (BytesIO(PDF), "a.pdf")}), 201)["id"]
    day = {"day": "2026-06-05", "kind": "libur", "name": "Cuti"}
    hours = {"week": [["08:00", "15:00"]] * 5 + [None, None], "name": "Jam kerja"}
    person = api.ok(api.get("/people?q=apip2", by))["items"][0]
    absence = {"deputy": f"apip@{key}", "until": "2026-06-30T00:00:00+07:00", "reason": "Cuti"}
    return {
        "item_id": row["id"],
        "instance_id": row["instance_id"],
        "case_number": filed["case_number"],
        "definition_id": api.ok(api.get("/definitions", by))["items"][0]["id"],
        "file_id": kept,
        "person_id": person["id"],
        "grant_id": api.ok(api.get(f"/people/{person['id']}", by))["grants"][0]["id"],
        "change_id": api.ok(api.post("/calendar/changes", by, day), 201)["id"],
        "substitution_id": api.ok(api.post(f"/people/{person['id']}/substitutions", by, absence), 201)["id"],
        "hours_id": api.ok(api.post("/calendar/hours", by, hours), 201)["id"],
        "job_id": UNKNOWN,
        "incident_id": UNKNOWN,
        "receiver_name": UNKNOWN,
    }


def filled(template: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        template = template.replace(f"<{name}>", value)
    return template


def by_officers(app: Flask) -> list[tuple[str, str, Operation, Rule]]:
    """Operations on things of an agency: with an id in the address, and not by receipt."""
    return [each for each in operations(app) if "<" in each[1] and not each[3].cookieless]


def test_without_a_token_everything_that_needs_one_answers_the_same(app: Flask, api: Api) -> None:
    bodies = set()
    for method, template, made, access in operations(app):
        if access in (public, anyone):
            continue
        answer = send(api, method, filled(template, dict.fromkeys(_names(template), UNKNOWN)), made, None)
        assert answer.status_code == 401, template
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        bodies.add(answer.data)
    assert len(bodies) == 1


def test_what_is_open_to_strangers_is_listed_here(app: Flask) -> None:
    """A route that becomes public has to be named in this test."""
    assert {made.name for _, _, made, access in operations(app) if access in (public, anyone)} == {
        "createToken",
        "fileComplaint",
        "keepFile",
        "listAgencies",
        "listServices",
        "rateHandling",
        "readComplaint",
        "readComplaintFile",
        "readComplaintStatus",
        "readService",
        "replyToAgency",
        "sendReporterMessage",
        "withdrawComplaint",
    }


def test_the_wrong_role_is_refused_before_anything_is_looked_up(app: Flask, api: Api) -> None:
    closed = [each for each in operations(app) if each[3].name.startswith("role")]
    assert len(closed) > 15
    for method, template, made, _ in closed:
        answer = send(api, method, filled(template, dict.fromkeys(_names(template), UNKNOWN)), made, APIP)
        assert answer.status_code == 403, template


def test_another_agencys_id_answers_like_one_that_was_never_given(
    app: Flask, api: Api, ids: dict[str, dict[str, str]]
) -> None:
    checked = 0
    for method, template, made, _ in by_officers(app):
        for name in _names(template):
            theirs = send(api, method, filled(template, ids["contoh"]), made, ELSEWHERE)
            never = send(api, method, filled(template, {**ids["contoh"], name: UNKNOWN}), made, ELSEWHERE)
            assert (theirs.status_code, theirs.data) == (404, never.data), f"{method} {template}"
            assert never.status_code == 404
            checked += 1
    assert checked >= 24


def test_ones_own_ids_are_found(app: Flask, api: Api, ids: dict[str, dict[str, str]]) -> None:
    """Without this the test before could pass for the wrong reason."""
    for method, template, made, _ in by_officers(app):
        if not WITHOUT_OWN.intersection(_names(template)) and method == "GET":
            assert send(api, method, filled(template, ids["contoh"]), made, EVERYTHING).status_code == 200, (
                template
            )
    for method, template, made, _ in by_officers(app):
        if not WITHOUT_OWN.intersection(_names(template)) and method != "GET":
            answer = send(api, method, filled(template, ids["contoh"]), made, EVERYTHING)
            assert answer.status_code != 404 or made.name == "reassignWorkItem", template


def test_no_list_shows_anything_of_another_agency(
    app: Flask, api: Api, ids: dict[str, dict[str, str]]
) -> None:
    theirs = set(ids["contoh"].values()) - {UNKNOWN}
    lists = [
        each for each in operations(app) if each[0] == "GET" and "<" not in each[1] and each[3] is not public
    ]
    assert len(lists) >= 8
    for method, template, made, _ in lists:
        text = send(api, method, template, made, ELSEWHERE).get_data(as_text=True)
        assert [each for each in theirs if each in text] == [], template
        assert "@contoh" not in text


def test_another_agencys_things_named_in_a_body_are_not_found_either(
    api: Api, ids: dict[str, dict[str, str]]
) -> None:
    def same(path: str, body: dict[str, Any], name: str, theirs: str, never: str) -> None:
        first = api.post(path, ELSEWHERE, {**body, name: theirs})
        second = api.post(path, ELSEWHERE, {**body, name: never})
        assert first.status_code == second.status_code == 404
        assert first.data.replace(theirs.encode(), b"?") == second.data.replace(never.encode(), b"?")

    item = f"/work-items/{ids['lain']['item_id']}"
    api.ok(api.post(f"{item}/claim", ELSEWHERE))
    same(f"{item}/reassign", {}, "login", "petugas_pengaduan@contoh", "tiada@contoh")
    same("/messages", {"name": "balasan_pelapor"}, "key", ids["contoh"]["case_number"], "CT-2026-999999")
    api.ok(api.post("/units", EVERYTHING, {"key": "unit_contoh", "name": "Unit"}), 201)
    same("/units", {"key": "loket", "name": "Loket"}, "parent", "unit_contoh", "tiada")


def test_a_file_of_another_agency_is_named_in_vain(api: Api, ids: dict[str, dict[str, str]]) -> None:
    theirs, never = ids["contoh"]["file_id"], UNKNOWN
    filed = file(api, "lain")
    answers = {"agency": "lain", "process": "sp4n_umum", "answers": REPORT}
    for name in (theirs, never):
        for answer in (
            api.post("/complaints", body=answers | {"answers": REPORT | {"lampiran": [name]}}),
            api.post(
                f"/complaints/{filed['tracking_number']}/replies",
                body={"text": "Terlampir.", "files": [name]},
                receipt=filed["receipt"],
            ),
        ):
            (fault,) = api.ok(answer, 422)["errors"]
            assert fault["key"] in ("lampiran", "files") and name in fault["message"]
    path = f"/complaints/{filed['tracking_number']}"
    assert api.get(f"{path}/files/{theirs}", receipt=filed["receipt"]).status_code == 404
    assert api.get(f"/files/{ids['contoh']['file_id']}", EVERYTHING).data == PDF


def test_a_secret_report_is_unknown_to_officers_who_do_not_handle_it(api: Api, house: House) -> None:
    kept = api.ok(api.post("/files", data={"file": (BytesIO(PDF), "a.pdf"), "agency": "contoh"}), 201)["id"]
    filed = file(api, rahasia=True, lampiran=[kept])
    row = api.ok(api.get("/work-items", "petugas_pengaduan@contoh"))["items"][0]
    paths = {
        f"/cases/{filed['case_number']}": "/cases/CT-2026-999999",
        f"/instances/{row['instance_id']}": f"/instances/{UNKNOWN}",
        f"/instances/{row['instance_id']}/history": f"/instances/{UNKNOWN}/history",
        f"/files/{kept}": f"/files/{UNKNOWN}",
        f"/work-items/{row['id']}": f"/work-items/{UNKNOWN}",
    }
    for path, never in paths.items():
        sealed, unknown = api.get(path, APIP), api.get(never, APIP)
        assert (sealed.status_code, sealed.data) == (404, unknown.data), path
        assert api.get(path, "petugas_pengaduan@contoh").status_code == 200, path


def test_a_file_that_no_report_names_is_its_senders_only(api: Api) -> None:
    data = {"file": (BytesIO(PDF), "a.pdf")}
    kept = api.ok(api.post("/files", "admin_unit@contoh", data=data), 201)["id"]
    assert api.get(f"/files/{kept}", "admin_unit@contoh").status_code == 200
    assert api.get(f"/files/{kept}", APIP).status_code == 404


def test_a_role_that_ended_closes_at_once(api: Api, house: House) -> None:
    admin = principal(house, "admin2@contoh")
    assert api.get("/jobs", "operator@contoh").status_code == 200
    operator = principal(house, "operator@contoh")
    _, held = staff.person(house, admin, str(operator.id))
    appointments.end_grant(house, admin, held[0].grant_id)
    assert api.get("/jobs", "operator@contoh").status_code == 403


def test_the_token_of_a_person_who_left_opens_nothing(api: Api, house: House) -> None:
    assert api.get("/units", APIP).status_code == 200
    left = principal(house, APIP)
    staff.change_person(house, principal(house, "admin@contoh"), str(left.id), name="Apip", active=False)
    assert api.get("/units", APIP).status_code == 401


def test_a_done_task_is_seen_by_who_did_it(api: Api) -> None:
    file(api)
    done = do(api, "petugas_pengaduan@contoh", "T01_registrasi", nomor_register="1")
    assert api.get(f"/work-items/{done['id']}", "petugas_pengaduan@contoh").status_code == 200
    assert api.get(f"/work-items/{done['id']}", "pimpinan@lain").status_code == 404


def test_a_session_in_a_browser_needs_its_token_too(app: Flask, house: House) -> None:
    client = app.test_client()
    sign_in(client, "admin@contoh")
    assert client.get(f"{BASE}/units").status_code == 200
    answer = client.post(f"{BASE}/units", json={"key": "x1", "name": "X"})
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")
    foreign = {"Origin": "https://jahat.example"}
    assert client.post(f"{BASE}/complaints", json={}, headers=foreign).status_code == 403


def _names(template: str) -> list[str]:
    return [part[1:-1] for part in template.split("/") if part.startswith("<")]
