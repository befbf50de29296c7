"""The inbox: lists and counts, search and filter, taking tasks one by one and several at once."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from engine.clock import ManualClock
from engine.runtime import work_items
from engine.runtime.house import House
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import form, send, sign_in


def counts(html: str) -> dict[str, str]:
    return dict(re.findall(r'tab=(\w+)[^>]*>[^<]+<span class="count">(\d+)', html))


def test_an_empty_inbox_says_so(client: FlaskClient) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get("/tugas"))
    assert "Tidak ada tugas." in html
    assert counts(html) == {"milik": "0", "peran": "0", "lewat": "0", "eskalasi": "0"}


def test_an_empty_list_names_the_next_due_time(client: FlaskClient, house: House) -> None:
    people.report(house)
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get("/tugas?tab=milik"))
    assert "Berikutnya pada peran Anda jatuh tempo Rab 3 Jun 2026 16.00 WIB." in html


def test_a_year_that_nobody_decreed_yet_is_work_for_the_keeper_of_the_calendar(
    client: FlaskClient, house: House, clock: ManualClock
) -> None:
    sign_in(client, "admin@bpom")
    assert "Untuk pemegang kalender" not in text_of(client.get("/tugas"))
    clock.advance(timedelta(days=210))  # the end of December: the first limits reach the year after
    people.report(house)
    sign_in(client, "admin@bpom")
    html = text_of(client.get("/tugas"))
    assert "Pastikan hari libur dan cuti bersama 2027" in html
    assert "dijangkau tenggat sejak" in html
    asked = client.get(re.findall(r'href="(/kelola/kalender/tahun/\d+)"', html)[0])
    send(client, asked, "/tahun/2027", dasar="SKB 3 Menteri 2026")
    assert "Untuk pemegang kalender" not in text_of(client.get("/tugas"))
    sign_in(client, "petugas_pengaduan@bpom")
    assert "Untuk pemegang kalender" not in text_of(client.get("/tugas"))


def test_a_new_report_stands_in_its_roles_list_alone(client: FlaskClient, house: House) -> None:
    people.report(house)
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get("/tugas"))
    assert "Registrasi dan beri tanda terima" in html and "BP-2026-000001" in html
    assert "Antre terlalu lama" in html and "Sisa 1 hari kerja" in html
    assert counts(html)["peran"] == "1"
    sign_in(client, "admin_instansi@bpom")
    assert "BP-2026-000001" not in text_of(client.get("/tugas"))


def test_taking_from_the_list_opens_the_task_and_fills_ones_own(client: FlaskClient, house: House) -> None:
    people.report(house)
    sign_in(client, "petugas_pengaduan@bpom")
    taken = send(client, client.get("/tugas"), "/ambil")
    assert taken.status_code == 303
    page = text_of(client.get(taken.location))
    assert "Anda mengambil tugas ini." in page and "Anda memegang tugas ini." in page
    html = text_of(client.get("/tugas"))
    assert counts(html)["milik"] == "1"
    assert 'aria-current="page">Milik saya' in html


def test_a_secret_reports_title_stays_closed(client: FlaskClient, house: House) -> None:
    people.report(house, rahasia=True, judul="Suap di loket tiga")
    sign_in(client, "petugas_pengaduan@bpom")
    for address in ("/tugas", "/laporan"):
        html = text_of(client.get(address))
        assert "(judul tertutup)" in html and "BP-2026-000001" in html
        assert "Suap di loket tiga" not in html
    assert "BP-2026-000001" not in text_of(client.get("/tugas?tab=peran&cari=loket"))


def test_search_and_role_narrow_the_list_and_say_so(client: FlaskClient, house: House) -> None:
    people.report(house, "1")
    people.report(house, "2", judul="Parkir liar")
    people.employ(house, "dua@bpom", "petugas_pengaduan", "admin_instansi")
    sign_in(client, "dua@bpom")
    html = text_of(client.get("/tugas?tab=peran&cari=parkir"))
    assert "BP-2026-000002" in html and "BP-2026-000001" not in html
    none = text_of(client.get("/tugas?tab=peran&peran=admin_instansi"))
    assert "Tidak ada tugas yang cocok dengan saringan." in none and "Hapus saringan" in none
    assert "BP-2026-000001" in text_of(client.get("/tugas?tab=peran&peran=petugas_pengaduan"))
    assert "BP-2026-000001" not in text_of(client.get("/tugas?tab=peran&peran=pimpinan"))


def test_overdue_tasks_and_their_escalation(client: FlaskClient, house: House) -> None:
    people.report(house)
    people.let_time_pass(house, days=3)
    sign_in(client, "petugas_pengaduan@bpom")
    html = text_of(client.get("/tugas?tab=lewat"))
    assert "Lewat" in html and "BP-2026-000001" in html and counts(html)["lewat"] == "1"
    sign_in(client, "admin_instansi@bpom")
    html = text_of(client.get("/tugas?tab=eskalasi"))
    assert "Eskalasi: Registrasi dan beri tanda terima" in html and counts(html)["eskalasi"] == "1"
    client.get("/bahasa/en?kembali=/tugas")
    html = text_of(client.get("/tugas?tab=eskalasi"))
    assert "Escalation: Registrasi dan beri tanda terima" in html and "Eskalasi" not in html


def test_pages_follow_one_another_without_gap(client: FlaskClient, house: House, clock: ManualClock) -> None:
    for number in range(52):
        people.report(house, str(number))
        clock.advance(timedelta(seconds=1))
    sign_in(client, "petugas_pengaduan@bpom")
    first = text_of(client.get("/tugas"))
    following = re.search(r'href="([^"]+sesudah=[^"]+)" rel="next"', first)
    assert following
    second = text_of(client.get(following[1].replace("&amp;", "&")))
    seen = re.findall(r"BP-2026-\d{6}(?=</span> <strong>)", first + second)
    assert len(seen) == 52 and len(set(seen)) == 52
    assert "Halaman pertama" in second and 'rel="next"' not in second


def test_several_are_taken_and_each_result_is_told(client: FlaskClient, house: House) -> None:
    people.employ(house, "rekan@bpom", "petugas_pengaduan", name="Rekan Contoh")
    people.report(house, "1")
    first = people.item_of(house, "T01_registrasi")
    people.report(house, "2")
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get("/tugas")
    html = text_of(page)
    items = re.findall(r'name="tugas" value="(\w{26})"', html)
    assert len(items) == 2
    work_items.claim(house, people.who(house, "rekan@bpom"), first)
    done = send(client, page, "/banyak", tugas=items, _aksi="ambil")
    html = text_of(done)
    assert "Diambil: 1" in html and "Tidak berubah: 1" in html and "Rekan Contoh has" not in html
    assert "Rekan Contoh" in html
    assert {people.row(house, each).assignee_id for each in items} == {"P-petugas_pengaduan", "P-rekan@bpom"}


def test_nobody_sees_the_inbox_without_signing_in(client: FlaskClient) -> None:
    assert client.get("/tugas").location.startswith("/masuk")
    assert form(client.get("/masuk"))["fields"]


def test_a_report_about_ones_own_unit_is_not_listed(client: FlaskClient, house: House) -> None:
    filed = people.report(house)
    people.employ(house, "rekan@bpom", "petugas_pengaduan", unit="loket")
    sign_in(client, "rekan@bpom")
    assert "BP-2026-000001" in text_of(client.get("/tugas"))
    task = "/tugas/" + people.item_of(house, "T01_registrasi")
    assert client.get(task).status_code == 200
    people.accuse(house, filed, "loket")
    for address in ("/tugas", "/laporan", "/laporan?cari=BP-2026-000001"):
        assert "BP-2026-000001</span>" not in text_of(client.get(address))
    for address in (task, "/laporan/BP-2026-000001", "/laporan/BP-2026-000001/langkah"):
        assert client.get(address).status_code == 404
