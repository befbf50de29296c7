"""The heartbeat: APScheduler wakes each second and for the next due time. It holds no business data."""

import logging
import threading

from apscheduler.schedulers.background import BackgroundScheduler

from engine.clock import SystemClock, stopwatch
from engine.runtime import jobs
from engine.runtime.background import DELIVERIES, DUE, DUTIES, SENDINGS, WORKS, Hands, OwnHands
from engine.runtime.house import House

log = logging.getLogger("alur.scheduler")

BEAT_SECONDS = 1
DUTY_SECONDS = 60
SHORTEST_REST = 0.01


class Heartbeat:
    """Finds what is due and pending, and has it done: by ``hands``, or in this process. Several are safe."""

    def __init__(self, house: House, hands: Hands | None = None) -> None:
        self._house, self._hands = house, hands or OwnHands(house)
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._stopping = threading.Event()

    def start(self) -> None:
        """Begin to beat; what fell due while nothing ran is run first."""
        self._house.beat = stopwatch()
        self._scheduler.add_job(
            self.beat,
            "interval",
            seconds=BEAT_SECONDS,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=SystemClock().now(),  # at once: what is overdue has waited enough
        )
        # Apart from the beat: other systems may be slow, and no deadline waits for them.
        self._scheduler.add_job(self.send, "interval", seconds=BEAT_SECONDS, max_instances=1, coalesce=True)
        self._scheduler.add_job(self.tidy, "interval", seconds=DUTY_SECONDS, max_instances=1, coalesce=True)
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the beat under way, then rest."""
        self._stopping.set()
        self._scheduler.shutdown(wait=True)
        self._house.beat = None

    def beat(self) -> None:
        """One beat: everything due and pending, and what falls due before the next beat at its own time."""
        end = stopwatch() + BEAT_SECONDS
        try:
            self._work()
            while (rest := self._rest()) < end - stopwatch() and not self._stopping.wait(rest):
                self._work()
        except Exception:
            # The next beat tries again; a dead scheduler would fire nothing, silently.
            log.exception("heartbeat failed")

    def send(self) -> None:
        """Send what leaves the house, piece by piece, until nothing is left that these hands can send."""
        while not self._stopping.is_set() and WORKS[SENDINGS].waits(self._house):
            if not self._hands.take(SENDINGS):
                return

    def tidy(self) -> None:
        """Housekeeping, now and then."""
        self._hands.take(DUTIES)

    def _work(self) -> None:
        """Timers and deliveries in turn, piece by piece, until nothing is left that these hands can do."""
        while not self._stopping.is_set():
            waiting = [name for name in (DUE, DELIVERIES) if WORKS[name].waits(self._house)]
            done = sum(self._hands.take(name) for name in waiting)
            self._house.beat = stopwatch()
            if not done:
                return

    def _rest(self) -> float:
        """Seconds until the next job falls due; what is overdue still has to wait for the next beat."""
        now = self._house.now()
        with self._house.database.read() as session:
            due = jobs.next_due(session, after=now)
        return max((due - now).total_seconds(), SHORTEST_REST) if due else float(BEAT_SECONDS)
