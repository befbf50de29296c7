"""The operator's pages: health, incidents retried or given up, jobs, deliveries; of the own agency only."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.cases import filing
from engine.db.models import Agency, Incident, Instance, Job, OutboxEntry
from engine.errors import AlurError, msg
from engine.people.signin import hash_password
from engine.runtime import alike, incidents, sending
from engine.runtime.house import House, Parcel
from engine.runtime.step import SYSTEM, Step
from engine.states import IncidentState
from tests.support import agency
from tests.web.pages import PASSWORD, forms, send, sign_in
from webapp.factory import create_app
from webapp.operations.pages import INCIDENT_KINDS


@pytest.fixture(scope="module")
def one_hash() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def house(sqlite_url: str, tmp_path: Path, one_hash: str) -> Iterator[House]:
    """Agencies ``contoh`` and ``lain``; a report of ``contoh`` stands in an incident."""
    opened, _ = agency.open_house(sqlite_url, tmp_path)
    for key, code in (("contoh", "CT"), ("lain", "LN")):
        agency.put_in_force(opened, agency.open_agency(opened, key, code, one_hash))
    filing.file(opened, filing.Filing("contoh", "sp4n_umum", agency.REPORT, "k1"))
    with opened.database.write() as session:
        job = session.scalars(select(Job).where(Job.kind == "reminder").limit(1)).one()
        step = Step.open(opened, session, job.instance_id, SYSTEM)
        incidents.open_incident(step, "T01_registrasi", "flow", ValueError("Registri <b>tidak</b> menjawab."))
    yield opened
    opened.database.close()


@pytest.fixture
def client(house: House) -> FlaskClient:
    return create_app(house).test_client()


def _states(house: House) -> list[str]:
    with house.database.read() as session:
        return list(session.scalars(select(Incident.state)))


def test_the_overview_tells_health_and_incidents(client: FlaskClient) -> None:
    sign_in(client, "operator@contoh")
    page = client.get("/operasi").get_data(as_text=True)
    assert "Basis data menerima tulisan" in page
    assert "Berjalan di tempat lain" in page
    assert "Registri &lt;b&gt;tidak&lt;/b&gt; menjawab." in page
    assert "CT-2026-000001" in page
    assert "Alur penanganan" in page
    assert page.count("<h1>") == 1


def test_each_kind_of_incident_has_a_name(client: FlaskClient, house: House) -> None:
    fault = AlurError("Gagal.")
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        for kind in INCIDENT_KINDS:
            incidents.open_incident(step, kind, kind, fault, stops=False)
    sign_in(client, "operator@contoh")
    told = client.get("/operasi").get_data(as_text=True)
    for words in ("Peran kosong", "Kiriman", "Tenggat", "Pewaktu", "Tidak menunggu apa pun"):
        assert f"· {words} ·" in told
    assert "A delivery" in client.get("/operasi?bahasa=en").get_data(as_text=True)


def test_why_it_failed_is_told_in_the_readers_language_and_an_old_row_as_it_was_told(
    client: FlaskClient, house: House
) -> None:
    why = msg("The receiver answered %(status)s.", status=503)
    fault = AlurError(msg("Nothing more is sent to “%(where)s”: %(why)s", where="sp4n", why=why))
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        opened = incidents.open_incident(step, "T02_telaah", "flow", fault).id
    sign_in(client, "operator@contoh")
    pages = ("/operasi", f"/operasi/insiden/{opened}/batal", f"/operasi/insiden/{opened}/sejenis")
    for page in pages:
        told = client.get(page).get_data(as_text=True)
        assert "Tidak ada lagi yang dikirim ke “sp4n”: Penerima menjawab 503." in told, page
        assert str(fault) in client.get(f"{page}?bahasa=en").get_data(as_text=True), page
    with house.database.write() as session:
        session.get_one(Incident, opened).said = {}
    assert str(fault) in client.get("/operasi").get_data(as_text=True)


def test_an_incident_is_tried_again_with_corrected_variables(client: FlaskClient, house: House) -> None:
    sign_in(client, "operator@contoh")
    page = client.get("/operasi")
    done = send(client, page, "/ulang", variabel='{"unit_layanan": "Loket 2"}')
    assert done.status_code == 303
    assert "Sudah dicoba lagi" in client.get(done.location).get_data(as_text=True)
    assert _states(house) == [IncidentState.RESOLVED]
    assert "Tidak ada yang berkeadaan ini." in client.get("/operasi").get_data(as_text=True)
    assert "Selesai ditangani" in client.get("/operasi?keadaan=resolved").get_data(as_text=True)
    assert send(client, page, "/ulang").status_code == 409


@pytest.mark.parametrize("typed", ["{", "[1]", "unit = 2"])
def test_wrong_variables_come_back_with_the_page_and_try_nothing(
    client: FlaskClient, house: House, typed: str
) -> None:
    sign_in(client, "operator@contoh")
    answer = send(client, client.get("/operasi"), "/ulang", variabel=typed)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Tulis variabel sebagai objek JSON" in page
    assert f">{typed}</textarea>" in page
    assert "<title>Galat:" in page
    assert 'href="/operasi" aria-current="page"' in page
    assert _states(house) == [IncidentState.OPEN]


def test_giving_up_says_what_is_lost_and_asks_why(client: FlaskClient, house: House) -> None:
    sign_in(client, "operator@contoh")
    overview = client.get("/operasi").get_data(as_text=True)
    address = re.findall(r'href="(/operasi/insiden/\w+/batal)"', overview)[0]
    page = client.get(address)
    assert "hanya dapat dilepas bersama penanganannya" in page.get_data(as_text=True)
    assert "Lepaskan, penanganan berlanjut" not in page.get_data(as_text=True)
    unsaid = send(client, page, "/batal", alasan=" ", akhiri="1")
    assert unsaid.status_code == 422
    assert "Tulis alasannya" in unsaid.get_data(as_text=True)
    assert send(client, page, "/batal", alasan="Di luar sistem.").status_code == 409
    assert _states(house) == [IncidentState.OPEN]
    done = send(client, page, "/batal", alasan="Di luar sistem.", akhiri="1")
    assert done.status_code == 303
    assert _states(house) == [IncidentState.RESOLVED]
    with house.database.read() as session:
        assert session.scalars(select(Instance.state)).one() == "terminated"


@pytest.fixture
def away(house: House) -> House:
    """A receiver ``sp4n`` to which so much could not be sent that one press is not enough."""
    with house.database.write() as session:
        step = Step.open(house, session, session.scalars(select(Instance.id)).one(), SYSTEM)
        for count in range(alike.BATCH + 2):
            step.tell("webhook", f"sp4n:{count}", "sp4n", {})
        session.flush()
        for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "webhook")):
            entry.state, entry.next_at = "failed", None
            why = AlurError("Penerima menjawab 503.")
            incidents.open_incident(step, "sp4n", incidents.DELIVERY, why, entry.id, stops=False)
        step.save()
    return house


def _alike(client: FlaskClient) -> TestResponse:
    overview = client.get("/operasi").get_data(as_text=True)
    return client.get(re.findall(r'href="(/operasi/insiden/\w+/sejenis)"', overview)[0])


def _told(house: House) -> Counter[str]:
    with house.database.read() as session:
        return Counter(session.scalars(select(OutboxEntry.state).where(OutboxEntry.kind == "webhook")))


def test_all_of_a_receiver_is_one_card_and_tried_again_in_batches(client: FlaskClient, away: House) -> None:
    sign_in(client, "operator@contoh")
    overview = client.get("/operasi").get_data(as_text=True)
    assert overview.count("Penerima menjawab 503.") == 1
    assert "102 insiden dengan sebab ini" in overview
    first = send(client, _alike(client), "/sejenis/ulang")
    assert first.status_code == 200
    assert "Sejauh ini 100 sudah ditangani." in first.get_data(as_text=True)
    assert _told(away) == {"pending": 100, "failed": 2}
    last = send(client, first, "/sejenis/ulang")
    assert "102 insiden sudah dicoba lagi." in client.get(last.location).get_data(as_text=True)
    assert _told(away) == {"pending": 102}


def test_all_of_a_receiver_is_given_up_with_a_reason(client: FlaskClient, away: House) -> None:
    sign_in(client, "operator@contoh")
    page = _alike(client)
    unsaid = send(client, page, "/sejenis/batal", alasan=" ")
    assert unsaid.status_code == 422 and "Tulis alasannya" in unsaid.get_data(as_text=True)
    first = send(client, unsaid, "/sejenis/batal", alasan="Penerima bubar.")
    assert ">Penerima bubar.</textarea>" in first.get_data(as_text=True)
    last = send(client, first, "/sejenis/batal", alasan="Penerima bubar.")
    assert "102 insiden sudah dilepas." in client.get(last.location).get_data(as_text=True)
    assert _told(away) == {"cancelled": 102}
    assert send(client, page, "/sejenis/ulang").status_code == 303  # nothing is left of it: nothing is done


def test_receivers_are_listed_with_what_waits_for_them(client: FlaskClient, away: House) -> None:
    away.senders["webhook"] = refuse
    with away.database.write() as session:
        entry = session.scalars(select(OutboxEntry).where(OutboxEntry.kind == "webhook").limit(1)).one()
        entry.state, entry.next_at = "pending", away.now()
    sending.send_due(away)
    sign_in(client, "operator@contoh")
    page = client.get("/operasi/kiriman").get_data(as_text=True)
    assert "Gagal sejak Sel 2 Jun 2026 09.00 WIB" in page
    assert "Menunggu: 1. Gagal: 101." in page
    assert "Tidak ada kegagalan" not in page
    assert "/sejenis" in page
    sign_in(client, "operator@lain")
    assert "sp4n" not in client.get("/operasi/kiriman").get_data(as_text=True)


def refuse(house: House, parcel: Parcel) -> None:
    raise ConnectionError


def test_jobs_and_deliveries_are_listed_by_state(client: FlaskClient) -> None:
    sign_in(client, "operator@contoh")
    jobs = client.get("/operasi/pekerjaan").get_data(as_text=True)
    assert "Pengingat" in jobs and "T01_registrasi" in jobs
    assert "T01_registrasi" not in client.get("/operasi/pekerjaan?keadaan=failed").get_data(as_text=True)
    for state in ("pending", "delivered", "failed", "tiada"):
        assert client.get(f"/operasi/kiriman?keadaan={state}").status_code == 200
    assert client.get("/operasi/pekerjaan?sesudah=%00").status_code == 200


def test_a_delivery_given_up_is_tried_again(client: FlaskClient, house: House) -> None:
    with house.database.write() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
        for kind in ("signal", "start", "message"):
            session.add(
                OutboxEntry(
                    id=house.new_id(house.now()),
                    key=kind,
                    agency_id=agency_id,
                    kind=kind,
                    state="failed",
                    created_at=house.now(),
                )
            )
    sign_in(client, "operator@contoh")
    page = client.get("/operasi/kiriman?keadaan=failed")
    assert "Isyarat" in page.get_data(as_text=True)
    assert send(client, page, "/ulang").status_code == 303
    with house.database.read() as session:
        query = select(OutboxEntry.state).where(OutboxEntry.key.in_(("signal", "start", "message")))
        assert sorted(session.scalars(query)) == ["failed", "failed", "pending"]


def test_another_agencys_operator_sees_none_of_it(client: FlaskClient, house: House) -> None:
    sign_in(client, "operator@lain")
    for path in ("/operasi", "/operasi/pekerjaan", "/operasi/kiriman"):
        page = client.get(path).get_data(as_text=True)
        assert "T01_registrasi" not in page and "CT-2026" not in page
    with house.database.read() as session:
        theirs = session.scalars(select(Incident.id)).one()
    token = forms(client.get("/operasi"))[0]["fields"]
    fields = {"_token": token["_token"][0], "_kunci": "k"}
    answers = [client.post(f"/operasi/insiden/{each}/ulang", data=fields) for each in (theirs, "0" * 26)]
    fields |= {"alasan": "Coba.", "akhiri": "1"}
    answers += [client.post(f"/operasi/insiden/{each}/batal", data=fields) for each in (theirs, "0" * 26)]
    answers.append(client.get(f"/operasi/insiden/{theirs}/batal"))
    assert {each.status_code for each in answers} == {404}
    assert _states(house) == [IncidentState.OPEN]


@pytest.mark.parametrize("login", ["petugas_pengaduan@contoh", "perancang@contoh"])
def test_others_are_kept_out_and_see_no_link(client: FlaskClient, login: str) -> None:
    sign_in(client, login)
    assert client.get("/operasi").status_code == 403
    assert client.post("/operasi/insiden/x/ulang", data={}).status_code == 403
    sign_in(client, "admin@contoh")
    assert 'href="/operasi"' in client.get("/operasi").get_data(as_text=True)
