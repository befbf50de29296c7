"""The designer's journey: upload, findings, answers, submission, a second person, and new cases on it."""

import re

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.cases import filing
from engine.catalog import overview, versions
from engine.runtime.house import House
from tests.support import agency
from tests.web.designer import packages
from tests.web.designer.packages import follow, upload
from tests.web.pages import form, forms, send, sign_in

PAGE = "/sop/lapor_saya/v/1"


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_from_nothing_to_in_force(
    house: House, designer: FlaskClient, second: FlaskClient, app: Flask
) -> None:
    assert "Belum ada SOP" in text(designer.get("/sop"))
    page = follow(designer, upload(designer, packages.runs()))
    html = text(page)
    assert "Siap" in html and "<svg" in html and 'data-step="T01"' in html
    steps = re.findall(r'<tr data-step="(\w+)">(.*?)</tr>', html)
    limits = {key: re.findall(r"<td>(.*?)</td>", row)[2] for key, row in steps}
    assert limits["T01"] == "3 HK" and "–" in limits.values() and "None" not in limits.values()
    own = designer.post(f"{PAGE}/berlakukan", data=_with_token(page))
    assert own.status_code == 403 and "milik Anda sendiri" in text(own)

    page = follow(designer, send(designer, page, "/ajukan"))
    assert "orang kedua" in text(page) and "/berlakukan" not in text(page)
    assert text(second.get("/sop")).count(f'href="{PAGE}"') == 2  # waits for me, and in the table

    page = second.get(PAGE)
    assert "Belum ada versi SOP ini yang berlaku" in text(page)
    page = follow(second, send(second, page, "/berlakukan"))
    assert "Berlaku untuk laporan baru." in text(page)

    citizen = app.test_client()
    assert citizen.get("/lapor/contoh/lapor_saya").status_code == 200


def test_a_new_version_leaves_running_reports_where_they_are(
    house: House, designer: FlaskClient, second: FlaskClient, app: Flask
) -> None:
    first = agency.principal(house, "perancang2@contoh").agency_id
    before = packages.runs()
    old = agency.put_files_in_force(house, first, "lapor_saya", before)
    _file(house, "a")
    page = follow(designer, send(designer, designer.get(PAGE), "/draf-baru"))
    assert page.request.path == "/sop/lapor_saya/v/2"
    changed = packages.diagram({'value="3 HK"': 'value="5 HK"', "Tangani laporan": "Tangani dan jawab"})
    files = designer.get("/sop/lapor_saya/v/2/berkas")
    follow(
        designer,
        packages.post(designer, files, "/berkas", {"lapor_saya.bpmn": changed["lapor_saya.bpmn"]}),
    )
    compared = text(designer.get("/sop/lapor_saya/v/2/banding"))
    assert "3 HK" in compared and "5 HK" in compared and "~ diubah" in compared
    assert 'is-late" data-element-id="T01"' in compared
    follow(designer, send(designer, designer.get("/sop/lapor_saya/v/2"), "/ajukan"))
    page = second.get("/sop/lapor_saya/v/2")
    assert "1 laporan berjalan tetap memakai v1" in text(page)
    page = follow(second, send(second, page, "/berlakukan"))
    assert "Berlaku untuk laporan baru. 1 laporan berjalan tetap memakai v1." in text(page)
    _file(house, "b")
    who = agency.principal(house, "perancang@contoh")
    (row,) = overview.sops(house, who)
    assert row.in_force is not None and row.in_force.version == 2
    assert versions.open_cases(house, who) == {old: 1, row.in_force.id: 1}
    assert designer.get("/sop/lapor_saya/v/2/banding").status_code == 404


def test_a_repaired_package_lists_each_repair(designer: FlaskClient) -> None:
    html = text(follow(designer, upload(designer, packages.fixes())))
    assert "Diperbaiki untuk Anda" in html and 'class="tag info">Diperbaiki<' in html


def test_questions_are_answered_on_the_page(designer: FlaskClient) -> None:
    page = follow(designer, upload(designer, packages.asks()))
    html = text(page)
    assert "Perlu jawaban" in html and ">1?<" in html and "/ajukan" not in html
    nothing = send(designer, page, "/jawaban")
    assert nothing.status_code == 422 and "Jawab sedikitnya satu pertanyaan" in text(nothing)
    name = "tulis.service-topic:S01"
    assert name in form(page, "/jawaban")["fields"]
    page = follow(designer, send(designer, page, "/jawaban", **{name: "alur.kirim_tanggapan"}))
    assert "Siap" in text(page) or "Diperbaiki" in text(page)
    assert "/ajukan" in text(page)


def test_a_choice_is_an_answer_too(designer: FlaskClient) -> None:
    page = follow(designer, upload(designer, packages.asks()))
    answered = send(designer, page, "/jawaban", **{"pilih.service-topic:S01": "alur.kirim_tanggapan"})
    assert "kini dapat dijalankan" in text(follow(designer, answered))


def test_a_stale_answer_is_told_and_kept(designer: FlaskClient, second: FlaskClient) -> None:
    page = follow(designer, upload(designer, packages.asks()))
    other = second.get(PAGE)
    name = "tulis.service-topic:S01"
    follow(second, send(second, other, "/jawaban", **{name: "kerja_lain"}))
    late = send(designer, page, "/jawaban", **{name: "kerja_saya"})
    assert late.status_code == 409 and "Orang lain sudah mengubah versi ini" in text(late)
    assert "kerja_saya" in text(late)


def test_a_refused_package_is_shown_and_not_kept(house: House, designer: FlaskClient) -> None:
    answer = upload(designer, packages.refuses())
    html = text(answer)
    assert answer.status_code == 422 and "3 bulan purnama" in html and "Tidak ada yang disimpan" in html
    assert "<svg" in html and ">1!<" in html
    assert overview.sops(house, agency.principal(house, "perancang@contoh")) == []


def test_bad_uploads_are_named(designer: FlaskClient) -> None:
    page = designer.get("/sop")
    none = packages.post(designer, page, "/sop", {})
    assert none.status_code == 422 and "Pilih berkas" in text(none)
    for name, data in {
        "paket.zip": b"PK\x03\x04rusak",
        "gambar.png": b"\x89PNG\xff",
        "x.bpmn": b"<a",
    }.items():
        answer = packages.post(designer, page, "/sop", {name: data})
        assert answer.status_code == 422, name
        assert "data-finding" in text(answer), name
    alone = packages.post(
        designer, page, "/sop", {"a.json": packages.runs()["forms/lapor_saya_laporan.json"]}
    )
    assert alone.status_code == 422 and "tidak berisi proses" in text(alone)


def test_several_files_are_one_package(designer: FlaskClient) -> None:
    flat = {path.rpartition("/")[2]: data for path, data in packages.runs().items()}
    page = follow(designer, packages.post(designer, designer.get("/sop"), "/sop", flat))
    assert "Siap" in text(page)


def test_what_forbids_publishing_is_said_before_and_at_submission(designer: FlaskClient) -> None:
    late = packages.diagram({'<zeebe:property name="alur:escalateTo" value="kepala_unit"/>': ""})
    page = follow(designer, upload(designer, late))
    assert "Sebelum diberlakukan" in text(page)
    refused = send(designer, page, "/ajukan")
    assert refused.status_code == 422 and "belum dapat diterbitkan" in text(refused)


def test_a_second_person_sends_it_back_with_a_reason(designer: FlaskClient, second: FlaskClient) -> None:
    page = follow(designer, upload(designer, packages.runs()))
    follow(designer, send(designer, page, "/ajukan"))
    silent = send(second, second.get(PAGE), "/tolak")
    assert silent.status_code == 422 and "alasan" in text(silent).lower()
    follow(second, send(second, second.get(PAGE), "/tolak", alasan="Batas waktu terlalu lama."))
    html = text(designer.get(PAGE))
    assert "Dikembalikan" in html and "Batas waktu terlalu lama." in html and "/ajukan" in html


def test_strangers_see_nothing(app: Flask, designer: FlaskClient) -> None:
    follow(designer, upload(designer, packages.runs()))
    stranger = app.test_client()
    sign_in(stranger, "perancang@lain")
    paths = (
        "",
        "/banding",
        "/skenario",
        "/simulasi",
        "/cetak",
        "/berkas",
        "/berkas/sop.toml",
        "/paket.zip",
        "/ubah",
    )
    for path in paths:
        assert stranger.get(PAGE + path).status_code == 404, path
        assert designer.get("/sop/lapor_saya/v/9" + path).status_code == 404, path
    assert stranger.get("/sop/lapor_saya").status_code == 404
    token = _with_token(stranger.get("/sop"))
    for path in (
        "/jawaban",
        "/ajukan",
        "/draf-baru",
        "/berlakukan",
        "/tolak",
        "/skenario",
        "/simulasi",
        "/berkas",
        "/ubah",
    ):
        assert (
            stranger.post(PAGE + path, data=token | {"_revisi": "1", "berkas": "sop.toml"}).status_code == 404
        ), path
    officer = app.test_client()
    assert officer.get("/sop").status_code == 303
    sign_in(officer, "admin_unit@contoh")
    assert officer.get("/sop").status_code == officer.get(PAGE).status_code == 403


def _with_token(page: TestResponse) -> dict[str, str]:
    fields = next(each["fields"] for each in forms(page) if "_kunci" in each["fields"])
    return {"_token": fields["_token"][0], "_kunci": fields["_kunci"][0]}


def _file(house: House, key: str) -> None:
    answers = {"judul": "Lampu padam", "isi_laporan": "Lampu jalan padam sejak Senin."}
    filing.file(house, filing.Filing("contoh", "lapor_saya", answers, key))
