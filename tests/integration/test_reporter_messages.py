"""What reporters send: once though sent twice, and an SOP's own messages with their form."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.cases import attachments, reporter
from engine.cases.filing import Filing, file
from engine.db.models import Letter
from engine.errors import Conflict
from engine.runtime.house import House
from tests.support.agency import REPORT, open_agency, open_house, put_in_force

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def house(database_url: str, tmp_path: Path) -> Iterator[House]:
    house, _ = open_house(database_url, tmp_path)
    put_in_force(house, open_agency(house))
    yield house
    house.database.close()


def test_a_letter_sent_twice_is_one_letter(house: House) -> None:
    filed = file(house, Filing("contoh", "sp4n_umum", REPORT, key="k"))
    own = (filed.tracking_number, filed.receipt)
    for _ in range(2):
        reporter.reply(house, *own, "Mohon kabar kelanjutannya.", key="tap")
    reporter.reply(house, *own, "Mohon kabar kelanjutannya.", key="another")
    with house.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 2


def test_the_same_report_with_the_same_file_again_shows_the_same_receipt(house: House) -> None:
    def sent(data: bytes) -> dict[str, object]:
        return {**REPORT, "lampiran": [attachments.keep(house, "contoh", "struk.pdf", data)]}

    first = file(house, Filing("contoh", "sp4n_umum", sent(PDF), key="k"))
    assert file(house, Filing("contoh", "sp4n_umum", sent(PDF), key="k")) == first
    with pytest.raises(Conflict):
        file(house, Filing("contoh", "sp4n_umum", sent(PDF + b"%"), key="k"))
