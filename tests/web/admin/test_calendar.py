"""The year, the agency's own days, and how a limit is counted."""

from datetime import date

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.cases.filing import Filing, file
from engine.people import agencies, calendars, keeping
from engine.people.principals import of_person
from engine.runtime.house import House
from tests.web.officer import people
from tests.web.officer.people import ANSWERS
from tests.web.pages import send, sign_in


def text_of(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_the_year_names_days_off_and_marks_estimates(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    year = text_of(client.get("/kelola/kalender?tahun=2027"))
    assert "Cuti Bersama Hari Raya Natal" in year and "cuti bersama" in year
    assert year.count("perkiraan</span>") == 3
    assert "3 tanggal masih perkiraan" in year
    assert "Cuti bersama 2028 belum ada" in text_of(client.get("/kelola/kalender?tahun=2028"))
    assert "Kalender 2026" in text_of(client.get("/kelola/kalender"))
    assert client.get("/kelola/kalender?tahun=1850").status_code == 404
    assert client.get("/kelola/kalender?tahun=20270").status_code == 200


def test_an_own_day_moves_a_count_and_can_be_taken_back(client: FlaskClient, house: House) -> None:
    sign_in(client, "admin@bpom")
    count = "/kelola/kalender/hitung?batas=3+HK&mulai=2026-06-02T09:00"
    assert "Jum 5 Jun 2026 16.00 WIB</h2>" in text_of(client.get(count))
    page = client.get("/kelola/kalender")
    added = send(client, page, "/kalender", tanggal="2026-06-04", jenis="libur", alasan="HUT instansi")
    assert added.status_code == 303
    page = client.get("/kelola/kalender")
    assert "HUT instansi" in text_of(page) and "dicatat oleh Admin" in text_of(page)
    counted = text_of(client.get(count))
    assert "Sen 8 Jun 2026 16.00 WIB</h2>" in counted and "Kam 4 Jun 2026: HUT instansi" in counted
    twice = send(client, page, "/kalender", tanggal="2026-06-04", jenis="kerja", alasan="Lain")
    assert twice.status_code == 409 and 'id="tanggal-error"' in text_of(twice)
    assert "sudah dicatat: HUT instansi" in text_of(twice)
    with house.database.read() as session:
        admin = of_person(session, "P-admin", house.now())
    own = calendars.changes(house, admin)[0]
    asked = client.get(f"/kelola/kalender/hari/{own.id}/hapus")
    assert "HUT instansi" in text_of(asked)
    send(client, asked, "/hapus")
    assert "Jum 5 Jun 2026 16.00 WIB</h2>" in text_of(client.get(count))
    assert client.get(f"/kelola/kalender/hari/{own.id}/hapus").status_code == 404


def test_a_holiday_can_be_worked(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender")
    send(client, page, "/kalender", tanggal="2026-12-24", jenis="kerja", alasan="Posko Natal")
    year = text_of(client.get("/kelola/kalender?tahun=2026"))
    assert "hari kerja instansi: Posko Natal" in year


def test_half_a_day_is_a_day_with_hours_of_its_own(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender")
    half = {"tanggal": "2026-06-04", "jenis": "kerja", "buka": "08:00", "tutup": "11:30"}
    assert send(client, page, "/kalender", **half, alasan="Upacara").status_code == 303
    year = text_of(client.get("/kelola/kalender?tahun=2026"))
    assert "jam lain hari itu: Upacara (08.00–11.30)" in year
    assert "Kam 4 Jun 2026 bekerja pukul 08.00 sampai 11.30" in year
    counted = text_of(client.get("/kelola/kalender/hitung?batas=2+HK&mulai=2026-06-02T09:00"))
    assert "Kam 4 Jun 2026 11.30 WIB</h2>" in counted


def test_a_unit_shows_what_it_has_from_the_agency(client: FlaskClient, house: House) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender")
    send(client, page, "/kalender/hari", tanggal="2026-12-24", jenis="kerja", alasan="Posko Natal")
    page = client.get("/kelola/kalender/jam")
    short = {f"tutup{day}": "15:00" for day in range(5)}
    send(client, page, "/jam", **short, dari="2026-07-01", sampai="2026-07-30", alasan="Masa pindah kantor")
    with house.database.read() as session:
        admin = of_person(session, "P-admin", house.now())
    agencies.save_unit(house, admin, "bali", "Balai Denpasar", fresh=True)
    year = text_of(client.get("/kelola/kalender?tahun=2026&unit=bali"))
    listed = year.split("Kam 24 Des 2026</th>")[1].split("</tr>")[0]
    assert (
        "Posko Natal" in listed and "hari kerja instansi" in listed and "dari kalender di atasnya" in listed
    )
    assert "hapus" not in listed
    period = "Masa pindah kantor: Rab 1 Jul 2026 sampai Kam 30 Jul 2026"
    assert period in year and period in text_of(client.get("/kelola/kalender/jam?unit=bali"))


def test_two_keepers_at_once_see_each_other(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    mine = client.get("/kelola/kalender/jam")
    send(client, mine, "/jam", tutup4="11:30", alasan="Jumat pendek")
    late = send(client, mine, "/jam", tutup0="14:00", alasan="Senin pendek")  # what it shows is gone
    assert late.status_code == 409 and "orang lain sudah mengatur jam kerja ini" in text_of(late)
    assert 'value="Senin pendek"' in text_of(late)
    assert "Jumat: 08.00–11.30" in text_of(client.get("/kelola/kalender/jam"))
    period = {"dari": "2026-06-03", "sampai": "2026-06-30", "alasan": "Masa pindah kantor"}
    page = client.get("/kelola/kalender/jam")
    send(client, page, "/jam", **period)
    overlapping = send(client, page, "/jam", **period | {"dari": "2026-06-20", "sampai": "2026-07-02"})
    assert overlapping.status_code == 409 and 'id="dari-error"' in text_of(overlapping)


def test_the_zone_of_the_agency_is_set_with_a_reason(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender/jam")
    assert "zona WIB" in text_of(page) and "Zona waktu instansi" in text_of(page)
    assert send(client, page, "/zona", zona="Asia/Jayapura", alasan_zona="").status_code == 422
    wrong = send(client, page, "/zona", zona="Mars/Olympus", alasan_zona="x")
    assert wrong.status_code == 422 and 'id="zona-error"' in text_of(wrong)
    send(client, page, "/zona", zona="Asia/Jayapura", alasan_zona="Kantor pindah")
    counted = text_of(client.get("/kelola/kalender/hitung?batas=1+HK&mulai=2026-06-02T09:00"))
    assert "Rab 3 Jun 2026 16.00 WIT</h2>" in counted


def test_slips_are_told_beside_the_field(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender")
    for values, field in (
        ({"jenis": "libur", "buka": "08:00", "tutup": "11:00"}, "buka"),
        ({"jenis": "kerja", "buka": "08:00"}, "buka"),
        ({"jenis": "kerja", "buka": "08:00", "tutup": "16:00"}, "buka"),  # as on any day
        ({"jenis": "kerja", "buka": "22:00", "tutup": "06:00"}, "tutup"),  # over midnight
        ({"jenis": "kerja", "buka": "08:00+07:00", "tutup": "11:00"}, "buka"),
        ({"jenis": "kerja", "buka": "08:00", "tutup": "11:00:30"}, "buka"),
    ):
        answer = send(client, page, "/kalender", tanggal="2026-06-08", alasan="x", **values)
        assert answer.status_code == 422, values
        assert f'id="{field}-error"' in text_of(answer), values
    for tanggal, jenis, alasan, field in (
        ("", "libur", "x", "tanggal"),
        ("besok", "libur", "x", "tanggal"),
        ("1900-01-01", "libur", "x", "tanggal"),
        ("2026-06-07", "libur", "Minggu", "tanggal"),
        ("2026-06-08", "kerja", "Senin", "tanggal"),
        ("2026-06-08", "", "Senin", "jenis"),
        ("2026-06-08", "libur", "", "alasan"),
    ):
        answer = send(client, page, "/kalender", tanggal=tanggal, jenis=jenis, alasan=alasan)
        assert answer.status_code == 422, (tanggal, jenis)
        assert f'id="{field}-error"' in text_of(answer), (tanggal, jenis)
        assert f'href="#{field}"' in text_of(answer)


def test_the_calculator_explains_and_refuses(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    assert 'value="3 HK"' in text_of(client.get("/kelola/kalender/hitung"))
    crossed = text_of(client.get("/kelola/kalender/hitung?batas=10+HK&mulai=2026-12-16T09:30"))
    assert "Sen 4 Jan 2027 16.00 WIB</h2>" in crossed
    assert "2027: tanggal yang masih perkiraan" in crossed
    evening = text_of(client.get("/kelola/kalender/hitung?batas=3+HK&mulai=2026-06-02T09:00&berakhir=day"))
    assert "Jum 5 Jun 2026 23.59 WIB</h2>" in evening
    wrong = client.get("/kelola/kalender/hitung?batas=segera&mulai=2026-06-02T09:00")
    assert (
        wrong.status_code == 422
        and 'id="batas-error"' in text_of(wrong)
        and 'value="segera"' in text_of(wrong)
    )
    late = client.get("/kelola/kalender/hitung?batas=3+HK&mulai=kemarin")
    assert late.status_code == 422 and 'id="mulai-error"' in text_of(late)
    assert client.get("/kelola/kalender/hitung?batas=3+HK&mulai=9999-12-31T23:00").status_code == 422


def test_a_unit_has_days_of_its_own(client: FlaskClient, house: House) -> None:
    sign_in(client, "admin@bpom")
    with house.database.read() as session:
        agencies.save_unit(
            house, of_person(session, "P-admin", house.now()), "bali", "Balai Denpasar", fresh=True
        )
    page = client.get("/kelola/kalender?tahun=2026&unit=bali")
    assert '<option value="bali" selected>Balai Denpasar' in text_of(page)
    send(client, page, "/kalender/hari", tanggal="2026-06-04", jenis="libur", alasan="Galungan")
    hours = client.get("/kelola/kalender/jam?unit=bali")
    send(client, hours, "/zona", zona="Asia/Makassar", alasan_zona="Di Bali")
    assert "Galungan" in text_of(client.get("/kelola/kalender?tahun=2026&unit=bali"))
    count = "/kelola/kalender/hitung?batas=3+HK&mulai=2026-06-02T09:00"
    assert "Sen 8 Jun 2026 16.00 WITA</h2>" in text_of(client.get(f"{count}&unit=bali"))
    assert "Jum 5 Jun 2026 16.00 WIB</h2>" in text_of(client.get(count))
    assert client.get("/kelola/kalender?unit=tidak_ada").status_code == 404


def test_hours_are_set_for_every_week_and_for_ramadan(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender/jam")
    assert "Ramadan berikutnya diperkirakan" in text_of(page) and 'value="08:00"' in text_of(page)
    send(client, page, "/jam", tutup4="11:30", alasan="Jumat pendek")
    page = client.get("/kelola/kalender/jam")
    assert "Jumat: 08.00–11.30" in text_of(page)
    short = {f"tutup{day}": "15:00" for day in range(5)}
    send(client, page, "/jam", **short, dari="2026-06-03", sampai="2026-06-30", alasan="Ramadan 1447 H")
    page = client.get("/kelola/kalender/jam")
    assert "Ramadan 1447 H" in text_of(page) and "Rab 3 Jun 2026 sampai Sel 30 Jun 2026" in text_of(page)
    counted = text_of(client.get("/kelola/kalender/hitung?batas=3+HK&mulai=2026-06-02T09:00"))
    assert "Jum 5 Jun 2026 15.00 WIB</h2>" in counted
    assert "Jam kerja sejak Rab 3 Jun 2026 (Ramadan 1447 H): 08.00 sampai 15.00." in counted
    removal = text_of(page).split("/hapus")[0].rsplit('href="', 1)[1] + "/hapus"
    asked = client.get(removal)
    assert send(client, asked, "/hapus").status_code == 303
    assert client.get(removal).status_code == send(client, asked, "/hapus").status_code == 404
    assert "Jumat pendek" not in text_of(client.get("/kelola/kalender/jam"))
    assert "jam kerja mingguan" in text_of(client.get("/kelola/kalender"))


def test_an_office_may_be_open_until_midnight(client: FlaskClient, house: House) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender/jam")
    refused = send(client, page, "/jam", buka0="22:00", tutup0="06:00", alasan="Piket malam")
    assert refused.status_code == 422 and 'id="tutup0-error"' in text_of(refused)
    assert "pada hari yang sama, paling lambat pukul 24.00" in text_of(refused)
    always = {f"{name}{day}": "00:00" for name in ("buka", "tutup") for day in range(7)}
    assert send(client, page, "/jam", **always, alasan="Layanan darurat").status_code == 303
    set_now = text_of(client.get("/kelola/kalender/jam"))
    assert "00.00–24.00" in set_now
    counted = text_of(client.get("/kelola/kalender/hitung?batas=1+HK&mulai=2026-06-02T09:00"))
    assert "Rab 3 Jun 2026 23.59 WIB</h2>" in counted


def test_the_preview_tells_no_time_of_day_of_an_anonymous_report(client: FlaskClient, house: House) -> None:
    people.report(house)
    people.report(house, "2", anonim=True, pelapor_nama=None, pelapor_kontak=None)
    keeper = people.who(house, "admin@bpom")
    keeping.add_change(house, keeper, date(2026, 6, 3), "libur", "Cuti bersama")
    sign_in(client, "admin@bpom")
    html = text_of(client.get("/kelola/kalender/tenggat"))
    assert html.count("Dihitung dari Sel 2 Jun 2026 09.00 WIB.") == 2
    assert html.count("Dihitung dari Sel 2 Jun 2026.") == 2


def test_slips_in_hours_are_told_beside_the_field(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender/jam")
    empty = {f"{name}{day}": "" for name in ("buka", "tutup") for day in range(7)}
    for values, field in (
        ({"alasan": ""}, "alasan"),
        ({"alasan": "x", "tutup0": ""}, "buka0"),
        ({"alasan": "x", "tutup2": "07:00"}, "tutup2"),
        ({"alasan": "x", **empty}, "buka0"),
        ({"alasan": "x", "dari": "2026-06-03"}, "sampai"),
        ({"alasan": "x", "dari": "2026-06-03", "sampai": "2026-06-01"}, "sampai"),
        ({"alasan": "x", "dari": "besok", "sampai": "2026-06-01"}, "dari"),
    ):
        answer = send(client, page, "/jam", **values)
        assert answer.status_code == 422, values
        assert f'id="{field}-error"' in text_of(answer), values


def test_a_year_is_confirmed_by_a_decree(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender?tahun=2028")
    assert "Daftar 2028 sekarang lengkap…" in text_of(page)
    asked = client.get("/kelola/kalender/tahun/2028")
    assert "Idul Fitri" in text_of(asked)
    assert send(client, asked, "/tahun/2028", dasar="").status_code == 422
    send(client, asked, "/tahun/2028", dasar="SKB 3 Menteri 2027")
    page = client.get("/kelola/kalender?tahun=2028")
    assert "2028 sudah dipastikan lengkap" in text_of(page) and "tahun 2028 dipastikan" in text_of(page)
    assert client.get("/kelola/kalender/tahun/1850").status_code == 404


def test_running_deadlines_move_after_a_look(client: FlaskClient, house: House) -> None:
    number = file(house, Filing("bpom", "sp4n_umum", ANSWERS, key="k")).case_number
    sign_in(client, "admin@bpom")
    assert "Tidak ada tenggat terbuka yang berbeda" in text_of(client.get("/kelola/kalender/tenggat"))
    page = client.get("/kelola/kalender")
    send(client, page, "/kalender", tanggal="2026-06-03", jenis="libur", alasan="Cuti bersama")
    page = client.get("/kelola/kalender/tenggat")
    assert number in text_of(page) and "2 tenggat terbuka" in text_of(page)
    assert "Rab 3 Jun 2026 16.00 WIB" in text_of(page) and "Kam 4 Jun 2026 16.00 WIB" in text_of(page)
    assert send(client, page, "/tenggat", alasan="").status_code == 422
    assert send(client, page, "/tenggat", alasan="SKB", versi="lama").status_code == 409
    moved = send(client, page, "/tenggat", alasan="SKB 3 Menteri")
    assert moved.status_code == 303
    assert "2 tenggat dipindahkan" in text_of(client.get(moved.headers["Location"]))
    assert "2 tenggat dipindahkan" in text_of(client.get("/kelola/kalender"))  # kept with who and why
    sign_in(client, "petugas_pengaduan@bpom")
    report = text_of(client.get(f"/laporan/{number}"))
    assert "Dipindahkan dari" in report and "SKB 3 Menteri" in report
