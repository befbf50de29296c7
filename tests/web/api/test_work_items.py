"""Tasks by program: listed, taken, handed over, drafted, completed; conflicts tell the current state."""

from typing import Any

import pytest

from engine.clock import instant
from tests.web.api.client import Api
from tests.web.api.work import file, item

OFFICER, COLLEAGUE = "petugas_pengaduan@contoh", "petugas_pengaduan2@contoh"


def _act(api: Api, opened: Any, action: str, body: Any = None, by: str = OFFICER, status: int = 200) -> Any:
    return api.ok(api.post(f"/work-items/{opened['id']}/{action}", by, body), status)


def _listed(api: Api, query: str, by: str = OFFICER) -> list[str]:
    return [row["case_number"] for row in api.ok(api.get(f"/work-items?{query}", by))["items"]]


def test_a_task_opens_with_its_form_due_time_and_how_it_was_counted(api: Api) -> None:
    filed = file(api)
    opened = item(api, OFFICER, "T01_registrasi")
    assert opened["case_number"] == filed["case_number"]
    assert opened["form"]["schema"]["required"] == ["nomor_register"]
    assert opened["form"]["document"]["components"][0]["key"] == "nomor_register"
    assert opened["due_at"] == opened["deadline"]["due_at"] == "2026-06-03T16:00:00+07:00"
    assert opened["deadline"]["receipt"]["counted"] == ["2026-06-03"]
    assert (opened["version"], opened["may_work"], opened["may_lead"]) == (1, True, False)


def test_choices_known_only_now_come_with_the_task(api: Api) -> None:
    file(api)
    api.ok(api.post("/units", "admin@contoh", {"key": "loket", "name": "Loket"}), 201)
    opened = item(api, OFFICER, "T01_registrasi")
    _act(api, opened, "complete", {"version": 1, "answers": {"nomor_register": "1"}, "take": True})
    verify = item(api, "admin_instansi@contoh", "V_T01")
    assert {"value": "lain", "label": "Lain"} in verify["choices"]["instansi_tujuan"]


def test_pages_of_the_list_hold_each_task_once(api: Api) -> None:
    filed = {file(api)["case_number"] for _ in range(5)}
    seen: list[str] = []
    cursor = ""
    for _ in range(4):
        page = api.ok(api.get(f"/work-items?limit=2{cursor}", OFFICER))
        seen += [row["case_number"] for row in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert len(seen) == 5
    assert set(seen) == filed


def test_lists_are_filtered_by_state_role_assignee_lateness_and_words(api: Api) -> None:
    first, second = file(api, judul="Loket kosong"), file(api, judul="Antrean panjang")
    opened = next(
        row
        for row in api.ok(api.get("/work-items", OFFICER))["items"]
        if row["case_number"] == first["case_number"]
    )
    _act(api, opened, "claim")
    both = {first["case_number"], second["case_number"]}
    assert set(_listed(api, "")) == set(_listed(api, "role=petugas_pengaduan")) == both
    assert _listed(api, "role=admin") == []
    assert _listed(api, "assignee=me") == _listed(api, f"assignee={OFFICER}") == [first["case_number"]]
    assert _listed(api, "assignee=none") == [second["case_number"]]
    assert _listed(api, "assignee=me&role=petugas_pengaduan") == [first["case_number"]]
    assert _listed(api, f"assignee={OFFICER}", COLLEAGUE) == [first["case_number"]]
    assert _listed(api, "", COLLEAGUE) == [second["case_number"]]
    assert _listed(api, "assignee=tiada@contoh") == []
    assert _listed(api, "q=antrean") == [second["case_number"]]
    assert _listed(api, f"q={first['case_number']}") == [first["case_number"]]
    assert _listed(api, "overdue=true") == []
    api.clock.set(instant("2026-06-04T09:00+07:00"))
    assert set(_listed(api, "overdue=true")) == both
    assert _listed(api, "state=completed") == _listed(api, "state=cancelled") == []


def test_the_title_of_a_secret_report_is_told_with_the_task_only_and_that_is_written_down(api: Api) -> None:
    filed = file(api, rahasia=True)
    row = api.ok(api.get("/work-items", OFFICER))["items"][0]
    assert (row["title"], row["secret"]) == (None, True)
    assert item(api, OFFICER, "T01_registrasi")["title"] == "Antrean loket tidak bergerak"
    from engine.cases import views
    from tests.support.agency import principal

    keeper = principal(api.house, "penjaga_identitas@contoh")
    case = views.report(api.house, keeper, filed["case_number"]).case
    assert [name for _, name in views.access_log(api.house, keeper, case)] == ["petugas_pengaduan"]


def test_taking_releasing_and_handing_over(api: Api) -> None:
    file(api)
    opened = item(api, OFFICER, "T01_registrasi")
    taken = _act(api, opened, "claim", {"version": 1})
    assert (taken["assignee"], taken["version"]) == (OFFICER, 2)
    assert _act(api, opened, "claim") == taken
    refused = _act(api, opened, "claim", by=COLLEAGUE, status=409)
    assert (refused["assignee"], refused["version"], refused["state"]) == ("petugas_pengaduan", 2, "open")
    assert _act(api, opened, "release", by=COLLEAGUE, status=403)
    handed = _act(api, opened, "reassign", {"login": COLLEAGUE, "reason": "cuti"})
    assert handed["assignee"] == COLLEAGUE
    assert _act(api, opened, "reassign", {"login": "tiada@contoh"}, COLLEAGUE, 404)
    assert _act(api, opened, "reassign", {"login": "pimpinan@contoh"}, COLLEAGUE, 403)
    released = _act(api, opened, "release", {"version": handed["version"]}, COLLEAGUE)
    assert released["assignee"] is None
    assert _act(api, opened, "release", by=COLLEAGUE, status=409)
    assert _act(api, opened, "claim", {"version": 1}, status=409)["version"] == released["version"]


def test_completing_needs_the_task_and_its_current_version(api: Api) -> None:
    file(api)
    opened = item(api, OFFICER, "T01_registrasi")
    answers = {"nomor_register": "1"}
    assert _act(api, opened, "complete", {"version": 1, "answers": answers}, status=403)["state"] == "open"
    version = _act(api, opened, "claim")["version"]
    stale = _act(api, opened, "complete", {"version": 1, "answers": answers}, status=409)
    assert (stale["version"], stale["assignee"]) == (version, "petugas_pengaduan")
    other = _act(api, opened, "complete", {"version": version, "answers": answers}, COLLEAGUE, 409)
    assert other["assignee"] == "petugas_pengaduan"
    wrong = _act(api, opened, "complete", {"version": version, "answers": {"nomor": "1"}}, status=422)
    assert {each["key"] for each in wrong["errors"]} == {"nomor", "nomor_register"}
    done = _act(api, opened, "complete", {"version": version, "answers": answers})
    assert (done["state"], done["instance_state"]) == ("completed", "active")
    late = _act(api, opened, "complete", {"version": version, "answers": answers}, COLLEAGUE, 409)
    assert (late["state"], late["completed_by"]) == ("completed", "petugas_pengaduan")
    assert late["completed_at"].startswith("2026-06-02T")
    again = api.ok(api.get(f"/work-items/{opened['id']}", OFFICER))
    assert (again["state"], again["answers"]) == ("completed", answers)


def test_a_draft_is_kept_unchecked_for_its_author(api: Api) -> None:
    file(api)
    opened = item(api, OFFICER, "T01_registrasi")
    assert _act(api, opened, "draft", {"answers": {"nomor_register": ""}}, status=409)
    _act(api, opened, "claim")
    _act(api, opened, "draft", {"answers": {"nomor_register": "belum"}})
    assert item(api, OFFICER, "T01_registrasi")["answers"] == {"nomor_register": "belum"}


@pytest.mark.parametrize("version", [0, -1, "1", 1.5, None, 2**40])
def test_a_version_is_a_whole_number(api: Api, version: Any) -> None:
    file(api)
    opened = item(api, OFFICER, "T01_registrasi")
    found = _act(api, opened, "complete", {"version": version, "answers": {}}, status=422)
    assert [each["key"] for each in found["errors"]] == ["version"]


def test_history_comes_in_pages_and_identity_only_for_a_reason(api: Api) -> None:
    filed = file(api)
    opened = item(api, OFFICER, "T01_registrasi")
    history = api.ok(api.get(f"/instances/{opened['instance_id']}/history", OFFICER))
    assert history["items"][-1]["kind"] == "started"
    assert history["next"] is None
    assert "Sari" not in str(api.ok(api.get(f"/cases/{filed['case_number']}", OFFICER)))
    path = f"/cases/{filed['case_number']}/identity"
    assert api.post(path, OFFICER, {"reason": ""}).status_code == 422
    told = api.ok(api.post(path, OFFICER, {"reason": "Menelepon pelapor"}))
    assert told["identity"]["pelapor_nama"] == "Sari Contohwati"
    assert api.post(path, "apip@contoh", {"reason": "Ingin tahu"}).status_code == 403
