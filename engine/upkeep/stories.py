"""A scenario played in a house as if it had begun some days ago, by the people whose roles its steps name."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.cases import scenarios
from engine.cases.filing import Filing, file
from engine.cases.intake import Incoming, receive_in
from engine.clock import ManualClock, instant
from engine.db.models import Case, Job, WorkItem
from engine.errors import AlurError
from engine.people.principals import SYSTEM, Principal, holders, of_person
from engine.runtime import commands, jobs, work_items
from engine.runtime.advance import run
from engine.runtime.house import House
from engine.runtime.step import Step
from engine.states import JobState, WorkItemState

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class Story:
    """One scenario played in the house: its times moved so that it began at ``start``."""

    def __init__(
        self,
        house: House,
        agency: str,
        process: str,
        scenario: scenarios.Scenario,
        start: datetime,
        text: dict[str, Any],
    ) -> None:
        self.clock = ManualClock(start)
        self.house = House(
            database=house.database,
            clock=self.clock,
            key=house.key,
            data_dir=house.data_dir,
            random=house.random,
            programs=house.programs,
            connectors=house.connectors,
            observers=house.observers,
            accused=house.accused,
        )
        self.agency, self.process, self.scenario = agency, process, scenario
        self.shift = start - instant(scenario.start)
        self.text = {key: text[key] for key in ("judul", "isi_laporan", "lokasi_kejadian") if text.get(key)}
        self.instance_id = ""

    def play(self, now: datetime) -> None:
        """File it and go on step by step, as far as time and the flow allow."""
        first = _moved(dict(self.scenario.steps[0].get("with") or {}), self.shift.days)
        answers = {**first, **{key: value for key, value in self.text.items() if key in first}}
        filed = file(
            self.house,
            Filing(self.agency, self.process, answers, key=f"demo:{self.scenario.id}", scope="demo"),
        )
        with self.house.database.read() as session:
            case = session.scalars(select(Case).where(Case.case_number == filed.case_number)).one()
            self.instance_id = case.instance_id
        for step in self.scenario.steps[1:]:
            if not self._until(min(self._time_of(step) or self.clock.now(), now)) or self.clock.now() >= now:
                break
            try:
                self._apply(step)
            except AlurError:
                break  # the story and the clock part ways here: the report waits where it is
        self._until(now)

    def _time_of(self, step: dict[str, Any]) -> datetime | None:
        return instant(step["until"]) + self.shift if "until" in step else None

    def _until(self, target: datetime) -> bool:
        """Let time pass; what falls due in this report on the way happens at its own time."""
        while True:
            with self.house.database.read() as session:
                due = session.scalar(
                    select(func.min(Job.due_at)).where(
                        Job.instance_id == self.instance_id,
                        Job.state == JobState.WAITING,
                        Job.kind.in_(jobs.DUE_KINDS),
                    )
                )
            if due is None or due > target:
                self.clock.set(max(target, self.clock.now()))
                return True
            self.clock.set(max(due, self.clock.now()))
            if jobs.run_due(self.house) == 0:
                return False

    def _apply(self, step: dict[str, Any]) -> None:
        if "complete" in step:
            self._complete(step)
        elif "message" in step:
            self._message(step)
        elif "topic" in step:
            self._topic(step)

    def _complete(self, step: dict[str, Any]) -> None:
        with self.house.database.read() as session:
            item = session.scalars(
                select(WorkItem)
                .where(
                    WorkItem.instance_id == self.instance_id,
                    WorkItem.element == step["complete"],
                    WorkItem.state == WorkItemState.OPEN,
                    WorkItem.kind == "task",
                )
                .order_by(WorkItem.id)
            ).first()
            who = self._holder(session, item) if item else None
        if item is not None and who is not None:
            work_items.complete(
                self.house, who, item.id, item.version, dict(step.get("with") or {}), take=True
            )

    def _holder(self, session: Session, item: WorkItem) -> Principal | None:
        for role in item.roles:
            for person in holders(session, item.agency_id, role, self.clock.now()):
                return of_person(session, person.id, self.clock.now())
        return None

    def _message(self, step: dict[str, Any]) -> None:
        with self.house.database.write() as session:
            case = session.scalars(select(Case).where(Case.instance_id == self.instance_id)).one()
            incoming = Incoming(step["message"], dict(step.get("with") or {}), key=case.case_number)
            receive_in(self.house, session, case.agency_id, SYSTEM, incoming)

    def _topic(self, step: dict[str, Any]) -> None:
        with self.house.database.write() as session:
            current = Step.open(self.house, session, str(self.instance_id), SYSTEM)
            jobs_of_topic = (job for job in current.rows.jobs if job.topic == step["topic"])
            job = next((job for job in jobs_of_topic if job.state == JobState.WAITING), None)
            if job is None:
                return
            command: commands.Command
            if "error" in step:
                command = commands.ThrowError(job, str(step["error"]))
            else:
                command = commands.FinishJob(job, dict(step.get("with") or {}))
            run(current, command)


def _moved(answers: dict[str, Any], days: int) -> dict[str, Any]:
    """The same answers with their dates moved by as many days as the story was."""
    return {
        key: (date.fromisoformat(value) + timedelta(days=days)).isoformat()
        if isinstance(value, str) and DATE.fullmatch(value)
        else value
        for key, value in answers.items()
    }
