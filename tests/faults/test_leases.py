"""The fence of a lease: whoever comes back after it is refused, whether or not somebody else has come."""

from pathlib import Path

import pytest

from engine.cases.filing import Filing, file
from engine.errors import Conflict
from engine.runtime import jobs, work_items
from tests.faults import world
from tests.faults.drill import place
from tests.support.agency import open_house, principal


def test_a_worker_that_is_late_is_refused_also_when_nobody_else_came(
    database_url: str, tmp_path: Path
) -> None:
    house, clock = open_house(database_url, tmp_path)
    place.furnish(house)
    officer, operator = principal(house, place.OFFICER), principal(house, place.OPERATOR)
    file(house, Filing(place.AGENCY, place.PROCESS, {"judul": "Latihan"}, "k"))
    (item,) = world.open_items(house, place.TASK)
    work_items.complete(house, officer, item.id, item.version, {}, take=True)
    clock.advance(2 * place.LEASE * 3)
    jobs.run_due(house)
    (job,) = jobs.fetch(house, operator, [place.TOPIC], "lambat", place.LEASE)
    clock.advance(place.LEASE)
    with pytest.raises(Conflict):
        jobs.complete(house, operator, job.id, "lambat", {})
    (again,) = jobs.fetch(house, operator, [place.TOPIC], "lambat", place.LEASE)
    jobs.complete(house, operator, again.id, "lambat", {})
    assert len(place.awaiting(house)) == 1
    house.database.close()
