"""The heartbeat: APScheduler wakes once a second and runs what is due. It holds no business data."""

import logging

from apscheduler.schedulers.background import BackgroundScheduler

from engine.clock import stopwatch
from engine.runtime import jobs, outbox
from engine.runtime.house import House

log = logging.getLogger("alur.scheduler")

BEAT_SECONDS = 1
DUTY_SECONDS = 60


class Heartbeat:
    """Runs due jobs and pending deliveries in the background of one process; several are safe."""

    def __init__(self, house: House, *, due: bool = True, deliveries: bool = True) -> None:
        self._house, self._due, self._deliveries = house, due, deliveries
        self._scheduler = BackgroundScheduler(timezone="UTC")

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
        )
        self._scheduler.add_job(self.tidy, "interval", seconds=DUTY_SECONDS, max_instances=1, coalesce=True)
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the beat under way, then rest."""
        self._scheduler.shutdown(wait=True)
        self._house.beat = None

    def beat(self) -> None:
        """One beat: everything due now, in batches, then the outbox."""
        try:
            while self._due and jobs.run_due(self._house):
                continue
            while self._deliveries and outbox.deliver_due(self._house) == outbox.BATCH:
                continue
            self._house.beat = stopwatch()
        except Exception:
            # The next beat tries again; a dead scheduler would fire nothing, silently.
            log.exception("heartbeat failed")

    def tidy(self) -> None:
        """Housekeeping; what fails is tried again the next time."""
        for duty in self._house.duties if self._due else ():
            try:
                duty(self._house)
            except Exception:
                log.exception("housekeeping failed")
