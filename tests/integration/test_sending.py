"""What leaves the house: sent outside of any transaction, fenced by its lease, given up where it is seen."""

import base64
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.cases import outgoing
from engine.cases.filing import Filing, file
from engine.clock import stopwatch
from engine.db import events
from engine.db.models import Agency, Case, Incident, OutboxEntry
from engine.errors import Conflict
from engine.runtime import operations, outbox, recipients, sending
from engine.runtime.house import House, Parcel
from engine.upkeep import audit
from engine.webhooks import Receiver, Receivers
from tests.integration.cli.kit import diagram
from tests.integration.test_forwarding import _complete
from tests.support.agency import REPORT, open_agency, principal, put_files_in_force, put_in_force
from tests.support.flaky import ANSWERS, flaky

SECRET = b"s" * 24
REASON = "Penerima dibubarkan."
KIND = "luar"


@pytest.fixture
def case(house: House) -> Case:
    """A report, whose agency has a receiver ``sp4n``."""
    filed = file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    with house.database.read() as session:
        return session.scalars(select(Case).where(Case.tracking_number == filed.tracking_number)).one()


def _put(house: House, case: Case, number: int = 1, recipient: str = "sp4n") -> None:
    with house.database.write() as session:
        for count in range(number):
            entry_id = house.new_id(house.now())
            session.add(
                OutboxEntry(
                    id=entry_id,
                    key=f"{recipient}:{count}",
                    agency_id=case.agency_id,
                    instance_id=case.instance_id,
                    kind=KIND,
                    recipient=recipient,
                    payload={"number": count},
                    state="pending",
                    next_at=house.now(),
                    created_at=house.now(),
                )
            )


def _entries(house: House, kind: str = KIND) -> list[OutboxEntry]:
    with house.database.read() as session:
        return list(session.scalars(select(OutboxEntry).where(OutboxEntry.kind == kind)))


def _pass(house: House, time_: timedelta) -> None:
    house.clock.set(house.now() + time_)  # type: ignore[attr-defined]


def _refuse(house: House, parcel: Parcel) -> None:
    raise ConnectionError


def _give_up(house: House) -> None:
    for _ in range(sending.ATTEMPTS):
        sending.send_due(house)
        _pass(house, sending.LONGEST_BACKOFF)


def test_nobody_waits_to_write_while_a_receiver_is_slow(house: House, case: Case) -> None:
    sent, may_end = threading.Event(), threading.Event()

    def slow(house: House, parcel: Parcel) -> None:
        sent.set()
        assert may_end.wait(60)

    house.senders[KIND] = slow
    _put(house, case)
    sender = threading.Thread(target=sending.send_due, args=(house,))
    sender.start()
    assert sent.wait(60)
    _complete(
        house, "T01_registrasi", "petugas_pengaduan@contoh", {"nomor_register": "1"}
    )  # a step in between
    assert not outbox.is_any_pending(house) or outbox.deliver_due(house)
    assert not sending.is_any_to_send(house)  # it is leased
    may_end.set()
    sender.join(60)
    assert [entry.state for entry in _entries(house)] == ["delivered"]


def test_a_slow_receiver_holds_up_no_other(house: House, case: Case) -> None:
    other_is_done = threading.Event()
    told: list[str] = []

    def send(house: House, parcel: Parcel) -> None:
        if parcel.recipient == "lambat":
            assert other_is_done.wait(60)  # it would wait for ever if the other came after it
        told.append(parcel.key)
        if parcel.key == "cepat:2":
            other_is_done.set()

    house.senders[KIND] = send
    _put(house, case, 1, "lambat")
    _put(house, case, 3, "cepat")
    assert sending.send_due(house) == 4
    assert told == ["cepat:0", "cepat:1", "cepat:2", "lambat:0"]


def test_who_dies_over_a_delivery_leaves_it_to_be_sent_again_under_its_key(house: House, case: Case) -> None:
    told: list[str] = []

    def die(house: House, parcel: Parcel) -> None:
        told.append(parcel.key)
        raise SystemExit

    house.senders[KIND] = die
    _put(house, case)
    with pytest.raises(SystemExit):
        sending.send_due(house)
    assert not sending.is_any_to_send(house)
    _pass(house, sending.LEASE)
    house.senders[KIND] = lambda house, parcel: told.append(parcel.key)
    assert sending.send_due(house) == 1
    assert told == ["sp4n:0", "sp4n:0"]
    assert [(entry.state, entry.attempts) for entry in _entries(house)] == [("delivered", 2)]


@pytest.mark.parametrize("fails", [True, False])
def test_who_comes_back_after_its_lease_changes_nothing(house: House, case: Case, fails: bool) -> None:
    def late(house: House, parcel: Parcel) -> None:
        _pass(house, sending.LEASE)  # meanwhile somebody else takes it, and delivers it
        house.senders[KIND] = lambda house, parcel: None
        assert sending.send_due(house) == 1
        _pass(house, timedelta(hours=1))
        if fails:
            raise ConnectionError

    house.senders[KIND] = late
    _put(house, case)
    sending.send_due(house)
    (entry,) = _entries(house)
    assert (entry.state, entry.attempts, entry.next_at) == ("delivered", 2, None)
    assert entry.delivered_at == house.now() - timedelta(hours=1)


def test_who_comes_back_after_its_lease_takes_nothing_from_who_has_it_now(house: House, case: Case) -> None:
    second_sends, first_is_back = threading.Event(), threading.Event()
    second = threading.Thread(target=sending.send_due, args=(house,))

    def slow(house: House, parcel: Parcel) -> None:
        second_sends.set()
        assert first_is_back.wait(60)

    def late(house: House, parcel: Parcel) -> None:
        _pass(house, sending.LEASE)
        house.senders[KIND] = slow
        second.start()
        assert second_sends.wait(60)
        raise ConnectionError

    house.senders[KIND] = late
    _put(house, case)
    sending.send_due(house)
    (entry,) = _entries(house)
    assert (entry.state, entry.next_at) == ("pending", house.now() + sending.LEASE)
    first_is_back.set()
    second.join(60)
    assert [(each.state, each.attempts) for each in _entries(house)] == [("delivered", 2)]


def test_a_receiver_that_fails_is_left_alone_until_the_next_piece(house: House, case: Case) -> None:
    house.senders[KIND] = _refuse
    _put(house, case, 5)
    assert sending.send_due(house) == 1
    assert sorted(entry.attempts for entry in _entries(house)) == [0, 0, 0, 0, 1]


def _send_all(house: House) -> None:
    while sending.is_any_to_send(house):
        sending.send_due(house)


def test_a_receiver_that_is_away_is_knocked_at_ever_more_seldom_whatever_waits_for_it(
    house: House, case: Case
) -> None:
    knocks: list[float] = []

    def away(house: House, parcel: Parcel) -> None:
        knocks.append(house.now().timestamp())
        raise ConnectionError

    house.senders[KIND] = away
    _put(house, case, 50)
    for _ in range(60 * 60):
        _send_all(house)
        _pass(house, timedelta(seconds=1))
    rests = [round(later - earlier) for earlier, later in pairwise(knocks)]
    assert rests[:4] == [2, 4, 8, 16]
    assert set(rests[8:]) == {recipients.LONGEST_REST.total_seconds()}
    assert {entry.state for entry in _entries(house)} == {"pending"}
    assert max(entry.attempts for entry in _entries(house)) == 1  # the longest waiting is asked first
    (known,) = recipients.listed(house, principal(house, "operator@contoh"))
    assert (known.name, known.waiting, known.given_up) == ("sp4n", 50, 0)
    assert known.failing_since is not None and known.failing_since.timestamp() == knocks[0]


def test_what_waited_for_a_receiver_goes_out_in_the_order_of_its_making_once_it_is_back(
    house: House, case: Case
) -> None:
    house.senders[KIND] = _refuse
    _put(house, case, 12)
    for _ in range(100):
        sending.send_due(house)
        _pass(house, recipients.LONGEST_REST)
    while not sending.is_any_to_send(house):
        _pass(house, timedelta(minutes=1))
    now, put_off = house.now(), [entry.next_at for entry in _entries(house)]
    assert sum(each is not None and each > now for each in put_off) > 5
    told: list[str] = []
    house.senders[KIND] = lambda house, parcel: told.append(parcel.key)
    _send_all(house)
    first = told.pop(0)  # whichever was due: it shows that the receiver is back
    assert told == [f"sp4n:{number}" for number in range(12) if f"sp4n:{number}" != first]
    assert recipients.listed(house, principal(house, "operator@contoh")) == []


def test_one_message_that_fails_each_time_holds_up_no_other(house: House, case: Case) -> None:
    told: list[str] = []

    def send(house: House, parcel: Parcel) -> None:
        if parcel.key == "sp4n:0":
            raise ConnectionError
        told.append(parcel.key)

    house.senders[KIND] = send
    _put(house, case, 6)
    for _ in range(4):
        _send_all(house)
        _pass(house, timedelta(seconds=1))
    assert told == [f"sp4n:{number}" for number in range(1, 6)]
    assert [entry.attempts for entry in _entries(house)] == [1] * 6


def test_each_receiver_is_sent_to_by_one_at_a_time_and_at_a_bounded_rate(house: House, case: Case) -> None:
    told: list[tuple[str, float]] = []
    house.senders[KIND] = lambda house, parcel: told.append((parcel.key, stopwatch()))
    _put(house, case, 12)
    several = [threading.Thread(target=_send_all, args=(house,)) for _ in range(4)]
    for each in several:
        each.start()
    for each in several:
        each.join(60)
    assert [key for key, _ in told] == [f"sp4n:{number}" for number in range(12)]
    assert told[-1][1] - told[0][1] >= 11 / sending.A_SECOND * 0.99


def test_what_is_given_up_is_an_incident_that_is_tried_again(house: House, case: Case) -> None:
    house.senders[KIND] = _refuse
    _put(house, case)
    _give_up(house)
    assert [entry.state for entry in _entries(house)] == ["failed"]
    operator = principal(house, "operator@contoh")
    (incident,) = operations.incidents(house, operator)
    assert (incident.element, incident.kind) == ("sp4n", "delivery")
    assert operations.incident(house, operator, incident.id).may_drop
    assert not audit.verify(house)
    _complete(
        house, "T01_registrasi", "petugas_pengaduan@contoh", {"nomor_register": "1"}
    )  # the case goes on
    house.senders[KIND] = lambda house, parcel: None
    operations.retry(house, operator, incident.id)
    assert sending.send_due(house) == 1
    assert [entry.state for entry in _entries(house)] == ["delivered"]
    assert not operations.incidents(house, operator)
    with pytest.raises(Conflict):
        operations.retry(house, operator, incident.id)


def test_trying_a_delivery_again_settles_its_incident(house: House, case: Case) -> None:
    house.senders[KIND] = _refuse
    _put(house, case)
    _give_up(house)
    operator = principal(house, "operator@contoh")
    (entry,) = _entries(house)
    operations.redeliver(house, operator, entry.id)
    assert not operations.incidents(house, operator)
    with house.database.read() as session:
        (event,) = events.read(session, kinds=("delivery_retried",))
        assert (event.actor_id, event.instance_id) == (operator.id, case.instance_id)


def test_a_delivery_is_given_up_for_good_with_a_reason(house: House, case: Case) -> None:
    house.senders[KIND] = _refuse
    _put(house, case)
    _give_up(house)
    operator = principal(house, "operator@contoh")
    (incident,) = operations.incidents(house, operator)
    operations.cancel(house, operator, incident.id, REASON)
    assert [entry.state for entry in _entries(house)] == ["cancelled"]
    with pytest.raises(Conflict):
        operations.redeliver(house, operator, _entries(house)[0].id)
    with house.database.read() as session:
        assert len(events.read(session, kinds=("incident_cancelled",))) == 1


def test_a_case_that_ends_keeps_the_incident_of_what_it_told(house: House, case: Case) -> None:
    house.senders[KIND] = _refuse
    _put(house, case)
    _give_up(house)
    operator = principal(house, "operator@contoh")
    operations.terminate(house, operator, case.instance_id, REASON)
    _put(house, case, 1, "lain")
    _give_up(house)
    assert {each.element for each in operations.incidents(house, operator)} == {"sp4n", "lain"}


FORWARDED = {"hasil_verifikasi": "bukan_wewenang", "alasan_verifikasi": "Layanan ini milik instansi lain.",
             "instansi_tujuan": "tujuan"}  # fmt: skip


def _forward(house: House) -> None:
    """Bring the one report to where its SOP sends ``teruskan_instansi_lain``."""
    _complete(house, "T01_registrasi", "petugas_pengaduan@contoh", {"nomor_register": "1"})
    _complete(house, "V_T01", "admin_instansi@contoh", FORWARDED)
    _complete(house, "V_T04", "admin_instansi@contoh", {"instansi_tujuan": "tujuan"})


@pytest.fixture
def listed(house: House, tmp_path: Path) -> Callable[[str], None]:
    """Lists a receiver ``sp4n`` of forwarded reports at an address."""
    reference = tmp_path / "sp4n.secret"
    reference.write_text("whsec_" + base64.b64encode(SECRET).decode(), encoding="ascii")

    def list_(url: str) -> None:
        messages = frozenset({"teruskan_instansi_lain"})
        networks = ("127.0.0.0/8",)
        sp4n = Receiver("sp4n", "contoh", messages, url, (f"file:{reference}",), networks)
        elsewhere = Receiver("lain", "tujuan", messages, url, (f"file:{reference}",), networks)
        house.receivers = Receivers([sp4n, elsewhere])

    return list_


def test_a_message_of_the_sop_reaches_the_receiver_once(house: House, listed: Callable[[str], None]) -> None:
    put_in_force(house, open_agency(house, "tujuan", "TJ"))  # where the report goes, beside the receiver
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    with flaky(SECRET, [ANSWERS]) as server:
        listed(server.url)
        _forward(house)
        while outbox.deliver_due(house) + sending.send_due(house):
            continue
    (body,) = server.bodies.values()
    assert body["type"] == "teruskan_instansi_lain"
    assert body["data"]["case"] == "CT-2026-000001"
    assert body["data"]["instansi_tujuan"] == "tujuan"
    assert REPORT["pelapor_nama"] not in str(body) and REPORT["isi_laporan"] not in str(body)
    assert set(server.taken.values()) == {1}
    (entry,) = _entries(house, outgoing.KIND)
    assert entry.key in server.taken


ANSWERED = """
    <startEvent id="s"><extensionElements><zeebe:formDefinition formId="lapor"/></extensionElements>
    </startEvent>
    <userTask id="T"><extensionElements><zeebe:userTask/>
    <zeebe:assignmentDefinition candidateGroups="admin"/></extensionElements></userTask>
    <serviceTask id="S"><extensionElements><zeebe:taskDefinition type="alur.kirim_tanggapan"/>
    </extensionElements></serviceTask>{throw}
    <serviceTask id="C"><extensionElements><zeebe:taskDefinition type="alur.tutup_laporan"/>
    </extensionElements></serviceTask><endEvent id="e"/>"""
THROW = """<intermediateThrowEvent id="M"><extensionElements><zeebe:ioMapping>
    <zeebe:input source="= jawaban" target="isi"/></zeebe:ioMapping></extensionElements>
    <messageEventDefinition messageRef="m"/></intermediateThrowEvent>"""


@pytest.mark.parametrize("drawn", [False, True])
def test_the_answer_reaches_a_receiver_once_whether_the_diagram_draws_a_message_or_not(
    house: House, listed: Callable[[str], None], drawn: bool
) -> None:
    listed("http://127.0.0.1:9")
    (sp4n, *_) = house.receivers
    house.receivers = Receivers([replace(sp4n, messages=frozenset({"tanggapan_terkirim", "penutupan"}))])
    flows = "s>T T>S S>M M>C C>e" if drawn else "s>T T>S S>C C>e"
    body = ANSWERED.format(throw=THROW if drawn else "")
    drawing = diagram(body, outside='<message id="m" name="tanggapan_terkirim"/>', process="uji", flows=flows)
    with house.database.read() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.key == "contoh")).one()
    form = Path("forms/sp4n_umum/umum_laporan.json").read_bytes().replace(b"umum_laporan", b"lapor")
    put_files_in_force(house, agency_id, "uji", {"uji.bpmn": drawing.encode(), "forms/lapor.json": form})
    file(house, Filing("contoh", "uji", dict(REPORT), key="k"))
    _complete(house, "T", "admin@contoh", {"jawaban": "Loket sudah dibuka."})
    payloads = [entry.payload for entry in _entries(house, outgoing.KIND)]
    text = {"isi": "Loket sudah dibuka."} if drawn else {"jawaban": "Loket sudah dibuka."}
    assert payloads == [
        {"type": "tanggapan_terkirim", "data": {"case": "CT-2026-000001", **text}},
        {"type": "penutupan", "data": {"case": "CT-2026-000001"}},
    ]


def test_nothing_of_a_secret_report_leaves_the_house(house: House, listed: Callable[[str], None]) -> None:
    file(house, Filing("contoh", "sp4n_umum", dict(REPORT), key="k"))
    with house.database.write() as session:
        session.scalars(select(Case)).one().secret = True
    open_agency(house, "tujuan", "TJ")
    listed("http://127.0.0.1:9")
    _forward(house)
    assert not _entries(house, outgoing.KIND)


def test_a_receiver_that_is_listed_no_more_is_an_incident(house: House, case: Case) -> None:
    _put(house, case, recipient="hilang")
    with house.database.write() as session:
        for entry in session.scalars(select(OutboxEntry).where(OutboxEntry.kind == KIND)):
            entry.kind = outgoing.KIND
    _give_up(house)
    with house.database.read() as session:
        (incident,) = session.scalars(select(Incident))
        assert "“hilang” is not in the receivers file" in incident.message
