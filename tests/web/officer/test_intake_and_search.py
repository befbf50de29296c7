"""Filing for somebody, and finding reports again."""

import re

from flask.testing import FlaskClient
from sqlalchemy import func, select

from engine.cases import search
from engine.db import events
from engine.db.models import Case
from engine.runtime.house import House
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import send, sign_in

BEGIN = "/laporan/baru/sp4n_umum"
STORY = {
    "jenis_laporan": "pengaduan",
    "kanal": "telepon",
    "kategori": "layanan",
    "judul": "Antre terlalu lama",
    "isi_laporan": "Petugas loket meminta uang lima puluh ribu rupiah tanpa kuitansi.",
    "unit_layanan": "Loket 3",
    "tanggal_kejadian": "2026-05-30",
    "pelapor_nama": "Sari Contohwati",
    "pelapor_kontak": "sari@contoh.example",
    "setuju_pdp": "true",
}


def test_an_officer_files_and_the_reporter_gets_the_code(client: FlaskClient, house: House) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    assert "Pengaduan umum" in text_of(client.get("/laporan/baru"))
    page = client.get(BEGIN)
    done = send(client, page, BEGIN, **STORY)
    html = text_of(done)
    number, code = re.findall(r'code big">([^<]+)', html)
    assert done.status_code == 200 and "RAHASIA, hanya tampil sekali" in html
    again = re.findall(r'code big">([^<]+)', text_of(send(client, page, BEGIN, **STORY)))
    assert again == [number, code]
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        assert session.scalars(select(Case.channel)).one() == "telepon"
        (started,) = events.read(session, kinds=("started",))
    assert started.actor == "Petugas Pengaduan"
    client.delete_cookie("alur")
    own = send(client, client.get("/lacak"), "/pelapor", nomor=number, kode=code)
    assert "Antre terlalu lama" in text_of(own)


def test_faults_of_the_intake_keep_what_was_typed(client: FlaskClient, house: House) -> None:
    sign_in(client, "petugas_pengaduan@bpom")
    answer = send(client, client.get(BEGIN), BEGIN, **{**STORY, "isi_laporan": "x", "pelapor_kontak": "?"})
    html = text_of(answer)
    assert answer.status_code == 422 and "Sari Contohwati" in html and 'href="#f-isi_laporan"' in html
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 0


def test_only_the_own_agencys_services_are_offered(client: FlaskClient, house: House) -> None:
    people.second_agency(house)
    sign_in(client, "petugas@kemenkes")
    assert "belum punya SOP berlaku" in text_of(client.get("/laporan/baru"))
    assert client.get(BEGIN).status_code == 404


def test_reports_are_found_by_number_words_status_and_class(client: FlaskClient, house: House) -> None:
    first = people.report(house, "1")
    people.report(house, "2", judul="Parkir liar di depan kantor")
    sign_in(client, "pimpinan@bpom")

    def found(query: str) -> list[str]:
        return re.findall(r'<span class="code">(BP-[\d-]+)', text_of(client.get(f"/laporan?{query}")))

    assert found("") == ["BP-2026-000002", "BP-2026-000001"]
    assert found("cari=000001") == ["BP-2026-000001"]
    assert found(f"cari={first.tracking_number.lower()}") == ["BP-2026-000001"]
    assert found("cari=kantor+parkir") == ["BP-2026-000002"]
    assert found("cari=parkir+antre") == [] and found("cari=%25") == []
    assert found("status=diterima&cari=antre") == ["BP-2026-000001"]
    assert found("status=selesai") == [] and found("kelas=berkadar") == []
    assert "Tidak ada laporan yang cocok." in text_of(client.get("/laporan?status=selesai"))


def test_another_agencys_reports_are_never_found(client: FlaskClient, house: House) -> None:
    people.second_agency(house)
    people.report(house)
    sign_in(client, "petugas@kemenkes")
    html = text_of(client.get("/laporan?cari=BP-2026-000001"))
    assert '<span class="code">' not in html


def test_pages_reach_over_hidden_secret_reports(house: House) -> None:
    for number in range(7):
        people.report(house, str(number), rahasia=number in (2, 3, 4))
    handler, other = people.who(house, "petugas_pengaduan@bpom"), people.who(house, "pimpinan@bpom")

    def walk(who: people.Principal, limit: int) -> list[str]:
        seen: list[str] = []
        after = None
        for _ in range(9):
            page = search.page(house, who, search.Query(limit=limit, after=after))
            seen += [case.case_number[-1] for case in page.cases]
            after = page.next
            if after is None:
                return seen
        raise AssertionError("the pages never end")

    for limit in (1, 2, 3, 50):
        assert walk(handler, limit) == ["7", "6", "5", "4", "3", "2", "1"]
        assert walk(other, limit) == ["7", "6", "2", "1"]
    assert search.page(house, handler, search.Query(text="antre")).cases != []
    titles = {case.case_number for case in search.page(house, handler, search.Query(text="antre")).cases}
    assert "BP-2026-000003" not in titles  # a secret title is searched by nobody
