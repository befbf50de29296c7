"""Staffing changes, open tasks stay: a duty that looks at those again that a change of people concerns.

An account is closed, an appointment ends by itself, somebody falls ill, a deputy leaves in the middle of an
absence, a role has people again: nothing of that touches a task. The duty finds what it left behind and looks
at it again, a step for each instance. Where nothing changed among an agency's people it rests ever longer.
"""

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.clock import stopwatch
from engine.db.models import Agency
from engine.people.principals import SYSTEM
from engine.runtime import affected, second_look
from engine.runtime.affected import Page
from engine.runtime.house import House
from engine.runtime.step import Step

log = logging.getLogger("alur.staffing")

LONGEST_SECONDS = 2.0  # of looking in one go; the next goes on from there
# An agency whose people are the same is looked at again all the same, ever more seldom: a task may have been
# opened while they changed, or a look may have failed.
REST, LONGEST_REST = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True)
class _Looked:
    """An agency's people as they were when all of it was looked at, and until when that will do."""

    picture: int
    until: datetime
    rest: timedelta


class Restaffing:
    """The duty. It remembers how far it came, so that many tasks are looked at in some turns."""

    def __init__(self) -> None:
        self._pages: Iterator[Page] | None = None
        self._looked: dict[str, _Looked] = {}
        self._looking = threading.Lock()  # of the threads of one process; processes need none

    def __call__(self, house: House) -> int:
        """Look on for at most some seconds, or to the end; how many instances changed."""
        if not self._looking.acquire(blocking=False):
            return 0
        try:
            return self._look_on(house)
        finally:
            self._looking.release()

    def _look_on(self, house: House) -> int:
        changed, end = 0, stopwatch() + LONGEST_SECONDS
        self._pages = self._pages or self._all(house)
        for page in self._pages:
            changed += sum(_look_again(house, instance_id) for instance_id in page)
            if stopwatch() > end:
                return changed
        self._pages = None
        return changed

    def _all(self, house: House) -> Iterator[Page]:
        yield from affected.left_behind(house)
        with house.database.read() as session:
            agencies = list(session.scalars(select(Agency.id).where(Agency.active.is_(True))))
        for agency_id in agencies:
            now = house.now()
            with house.database.read() as session:
                picture = affected.picture(session, agency_id, now)
            before = self._looked.get(agency_id)
            same = before is not None and before.picture == picture
            if before is not None and same and now < before.until:
                continue
            yield from affected.of_agency(house, agency_id)
            rest = min(before.rest * 2, LONGEST_REST) if before is not None and same else REST
            self._looked[agency_id] = _Looked(picture, now + rest, rest)


def _look_again(house: House, instance_id: str) -> bool:
    """One step over an instance; whether it changed anything. One that fails keeps no other waiting."""
    house.courtesy.stand_back()
    try:
        with house.database.write() as session:
            step = Step.open(house, session, instance_id, SYSTEM)
            for item in step.rows.items:
                second_look.look_again(step, item)
            second_look.settle(step)
            if step.happenings:
                step.save()
            return bool(step.happenings)
    except Exception:
        log.exception("the tasks of instance %s could not be looked at again", instance_id)
        return False
