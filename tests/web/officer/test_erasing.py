"""Erasing a report from its page and over the API: by whom, when, asked twice, and what is then shown."""

from flask.testing import FlaskClient
from sqlalchemy import select

from engine.db.models import Case, Reporter
from engine.people.principals import SYSTEM
from engine.runtime import advance, commands
from engine.runtime.house import House
from tests.web.journeys import text_of
from tests.web.officer import people
from tests.web.pages import form, send, sign_in

NUMBER = "BP-2026-000001"
PAGE = f"/laporan/{NUMBER}"


def end(house: House) -> None:
    """An operator ends the handling."""
    with house.database.write() as session:
        instance_id = session.scalars(select(Case.instance_id)).one()
        advance.advance(house, session, instance_id, commands.Terminate("dicabut"), SYSTEM)


def test_the_custodian_erases_an_ended_report_and_it_stays_erased(client: FlaskClient, house: House) -> None:
    people.report(house)
    people.employ(house, "penjaga@bpom", "penjaga_identitas")
    sign_in(client, "penjaga@bpom")
    assert "Sari Contohwati" in str(_answers(house))
    assert "/hapus" not in text_of(client.get(PAGE)), "it is being handled"
    assert "sedang ditangani" in text_of(client.get(f"{PAGE}/hapus"))
    end(house)
    assert f"{PAGE}/hapus" in text_of(client.get(PAGE))
    asked = client.get(f"{PAGE}/hapus")
    assert "tidak dapat dibatalkan" in text_of(asked)
    wrong = send(client, asked, "/hapus", alasan="Diminta pelapor", yakin="BP-2026-000009")
    assert "Tulis nomor laporan untuk memastikan." in text_of(client.get(wrong.location))
    assert "Sari Contohwati" in str(_answers(house))
    done = send(client, client.get(f"{PAGE}/hapus"), "/hapus", alasan="Diminta pelapor", yakin=NUMBER)
    html = text_of(client.get(done.location))
    assert "Laporan telah dihapus." in html and "Data pribadi dalam laporan ini telah dihapus" in html
    assert "Data pribadi dalam laporan telah dihapus." in html and "Diminta pelapor" in html
    assert "lima puluh ribu" not in html and "Sari" not in str(_answers(house))
    assert f'href="{PAGE}/hapus"' not in html
    assert "sudah dihapus" in text_of(client.get(f"{PAGE}/hapus"))
    for part in ("/riwayat", "/langkah"):
        assert client.get(PAGE + part).status_code == 200


def test_who_merely_handles_reports_cannot_erase_them(client: FlaskClient, house: House) -> None:
    people.report(house)
    end(house)
    sign_in(client, "petugas_pengaduan@bpom")
    page = client.get(PAGE)
    assert f"{PAGE}/hapus" not in text_of(page)
    data = {**form(page, "")["fields"], "alasan": "Mau saya", "yakin": NUMBER}
    assert client.post(f"{PAGE}/hapus", data=data).status_code == 403
    assert "Sari Contohwati" in str(_answers(house))


def test_a_program_erases_with_a_reason_once(client: FlaskClient, house: House) -> None:
    people.report(house)
    sign_in(client, "admin@bpom")
    token = form(client.get("/saya/bahasa"), "/saya")["fields"]["_token"][0]

    def erase(reason: str) -> tuple[int, dict[str, object]]:
        answer = client.post(
            f"/api/v1/cases/{NUMBER}/erasure", json={"reason": reason}, headers={"X-CSRF-Token": token}
        )
        return answer.status_code, answer.json

    assert erase("Diminta pelapor")[0] == 409, "it is being handled"
    end(house)
    assert erase("")[0] == 422
    status, report = erase("Diminta pelapor")
    assert status == 200
    assert (report["title"], report["identity"], report["answers"]) == ("–", "none", {})
    assert report["erased_at"] is not None
    assert erase("Sekali lagi")[0] == 409


def _answers(house: House) -> list[object]:
    with house.database.read() as session:
        return [row.fields for row in session.scalars(select(Reporter))]
