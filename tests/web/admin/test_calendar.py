"""The year, the agency's own days, and how a limit is counted."""

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.people import calendars
from engine.people.principals import of_person
from engine.runtime.house import House
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
    assert twice.status_code == 422 and 'id="tanggal-error"' in text_of(twice)
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


def test_slips_are_told_beside_the_field(client: FlaskClient) -> None:
    sign_in(client, "admin@bpom")
    page = client.get("/kelola/kalender")
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
