"""Faults planted in a copy of the product, one at a time: a named test must catch each (the mutation check).

A fault replaces one piece of text that stands exactly once in its file. Whoever rewrites such a place moves
the fault along, or says why it cannot be made there any more.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.faults.outcome import Outcome

ROOT = Path(__file__).parents[2]
COPIED = ("engine", "webapp", "processes", "forms", "tests", "setup.cfg", "pyproject.toml")
MINUTES = 15

RUSH = "tests/faults/test_rush.py::test_of_rivals_exactly_one_gets_through"
TIMERS = "tests/faults/test_timers.py::test_each_fires_once"
JOBS = "tests/web/api/test_jobs.py"
WRITING = "tests/integration/test_one_write_path.py"
SENDING = "tests/integration/test_sending.py"
MACHINE = "tests/faults/test_machine.py"
POINTS = "tests/faults/test_named_points.py::test_nothing_is_lost_or_done_twice[sqlite]"


@dataclass(frozen=True)
class Fault:
    """``old`` becomes ``new`` in ``file``; ``test`` is the one that must fail then."""

    name: str
    file: str
    old: str
    new: str
    test: str


FAULTS = (
    Fault(
        "a task that somebody has is taken by another",
        "engine/runtime/work_items.py",
        "if item.assignee_id is not None and item.assignee_id not in who.stands_for:",
        "if False:",
        "tests/web/api/test_work_items.py::test_taking_releasing_and_handing_over",
    ),
    Fault(
        "the version that a person saw is not compared",
        "engine/runtime/work_items.py",
        "if version is not None and item.version != version:",
        "if False:",
        "tests/web/api/test_work_items.py::test_completing_needs_the_task_and_its_current_version",
    ),
    Fault(
        "whoever sees a task may complete it",
        "engine/runtime/work_items.py",
        "return item.assignee_id == who.id or who.has(*item.roles)",
        "return True",
        f"{WRITING}::test_a_task_is_taken_before_it_is_completed_and_only_by_its_role[sqlite]",
    ),
    Fault(
        "an instance is not locked while a step runs",
        "engine/runtime/step.py",
        ".with_for_update(of=Instance)",
        "",
        f"{RUSH}[postgres]",
    ),
    Fault(
        "due jobs are taken without locking their cases",
        "engine/runtime/jobs.py",
        ".with_for_update(of=Instance, skip_locked=True)",
        "",
        f"{RUSH}[postgres]",
    ),
    Fault(
        "topics are leased without a lock",
        "engine/runtime/jobs.py",
        ".with_for_update(skip_locked=True)\n",
        "\n",
        f"{RUSH}[postgres]",
    ),
    Fault(
        "a timer's job stays when it has fired",
        "engine/runtime/jobs.py",
        'session.execute(ENDED, {"jobs": claimed})',
        "pass",
        "tests/integration/test_due_jobs.py::test_many_schedulers_at_once_fire_each_timer_once",
    ),
    Fault(
        "a late timer does not say how late",
        "engine/runtime/commands.py",
        "late_seconds=lateness(step, self.job)",
        "late_seconds=0",
        f"{TIMERS}[sqlite]",
    ),
    Fault(
        "a worker whose lease ran out may finish the job",
        "engine/runtime/jobs.py",
        "or job.lease_until is None or job.lease_until <= step.now:",
        "or job.lease_until is None:",
        "tests/faults/test_leases.py::test_a_worker_that_is_late_is_refused_also_when_nobody_else_came[sqlite]",
    ),
    Fault(
        "another worker may finish a leased job",
        "engine/runtime/jobs.py",
        "if job.lease_owner != worker or",
        "if",
        f"{JOBS}::test_a_worker_does_a_job_and_the_flow_goes_on",
    ),
    Fault(
        "an agency sees another's tasks",
        "engine/runtime/work_items.py",
        "select(WorkItem).where(WorkItem.id == item_id, WorkItem.agency_id == who.agency_id))",
        "select(WorkItem).where(WorkItem.id == item_id))",
        "tests/web/api/test_walls.py::test_another_agencys_id_answers_like_one_that_was_never_given",
    ),
    Fault(
        "an agency sees another's instances",
        "engine/runtime/instances.py",
        "select(Instance).where(Instance.id == instance_id, Instance.agency_id == who.agency_id)",
        "select(Instance).where(Instance.id == instance_id)",
        "tests/web/api/test_walls.py::test_another_agencys_id_answers_like_one_that_was_never_given",
    ),
    Fault(
        "the idempotency key is not kept",
        "engine/cases/filing.py",
        "        session.add(\n            IdempotencyKey(",
        "        (lambda row: None)(\n            IdempotencyKey(",
        f"{RUSH}[sqlite]",
    ),
    Fault(
        "the same key takes another report",
        "engine/cases/filing.py",
        "if row.request_hash != _fingerprint(session, filing):",
        "if False:",
        "tests/web/api/test_complaints.py::test_the_same_key_files_once",
    ),
    Fault(
        "a lost race for a key is not looked at again",
        "engine/cases/filing.py",
        "        # Another request with the same key won the race; the second look finds its case.\n"
        "        return",
        "        raise\n        return",
        f"{RUSH}[postgres]",
    ),
    Fault(
        "case numbers are counted without holding their row",
        "engine/cases/numbers.py",
        'set_={"last": CaseNumber.last + 1}',
        'set_={"last": CaseNumber.last}',
        f"{RUSH}[sqlite]",
    ),
    Fault(
        "a message is taken in as often as it is sent",
        "engine/cases/intake.py",
        "received = _remember(house, session, agency_id, incoming) if incoming.message_id else None",
        "received = None",
        "tests/integration/test_forwarding.py::test_a_forwarded_report_arrives_once[sqlite]",
    ),
    Fault(
        "an attachment's row comes before its bytes",
        "engine/cases/attachments.py",
        "    _write(path, data)  # before the row: a crash in between leaves an unnamed file, "
        "never a lost one\n    _coarsen(path, kept_at, private=private)\n",
        "",
        f"{RUSH}[sqlite]",
    ),
    Fault(
        "history is not written with its step",
        "engine/runtime/step.py",
        "self._history.append(",
        "(lambda row: None)(",
        f"{RUSH}[sqlite]",
    ),
    Fault(
        "a delivered message is delivered again",
        "engine/runtime/outbox.py",
        'entry.state, entry.delivered_at, entry.next_at = "delivered", now, None',
        'entry.state, entry.delivered_at, entry.next_at = "pending", now, None',
        f"{RUSH}[sqlite]",
    ),
    Fault(
        "a late sender writes over who has its delivery now",
        "engine/runtime/sending.py",
        "        OutboxEntry.next_at == claim.until,\n",
        "",
        f"{SENDING}::test_who_comes_back_after_its_lease_takes_nothing_from_who_has_it_now[sqlite]",
    ),
    Fault(
        "several send to one receiver at once",
        "engine/runtime/recipients.py",
        "update(Recipient).where(Recipient.name == name, Recipient.next_at <= now)",
        "update(Recipient).where(Recipient.name == name)",
        f"{SENDING}::test_each_receiver_is_sent_to_by_one_at_a_time_and_at_a_bounded_rate[sqlite]",
    ),
    Fault(
        "a message counts as sent when it is claimed",
        "engine/runtime/sending.py",
        "        entry.next_at = turn.until\n",
        '        entry.state, entry.next_at = "delivered", None\n',
        POINTS,
    ),
    Fault(
        "each attempt to send bears a key of its own",
        "engine/runtime/sending.py",
        "Parcel(entry.key, entry.recipient",
        'Parcel(f"{entry.key}:{entry.attempts}", entry.recipient',
        POINTS,
    ),
    Fault(
        "an erased report is still told to others",
        "engine/cases/erasing.py",
        "untold = outbox.cancel_all(session, step.instance.id, step.now, step.actor.id)",
        "untold = 0",
        f"{MACHINE}::test_what_an_erased_case_had_to_tell_is_told_no_more",
    ),
    Fault(
        "a report that is being handled is erased",
        "engine/cases/erasing.py",
        "if step.instance.state not in ENDED:",
        "if False:",
        f"{MACHINE}::test_an_open_case_is_not_erased",
    ),
    Fault(
        "answers are not compared with the history",
        "engine/upkeep/answers.py",
        "_answers(kind, outcome) != told[item_id]",
        "False",
        "tests/integration/upkeep/test_answers.py",
    ),
    Fault(
        "a closed task stays in its queue",
        "engine/runtime/snapshot.py",
        "    item.version += 1\n    queue.take_out(step.session, item)\n    step.rows.close(item)",
        "    item.version += 1\n    step.rows.close(item)",
        f"{RUSH}[sqlite]",
    ),
    Fault(
        "what a wait left behind stays waiting",
        "engine/runtime/snapshot.py",
        "    for wait_id in known.keys() - waits.keys():\n        step.rows.drop(known[wait_id])\n"
        "    for wait_id, wait in",
        "    for wait_id, wait in",
        "tests/integration/test_due_jobs.py::test_a_timer_beside_a_task_goes_with_the_task",
    ),
    Fault(
        "two servers link their history to the same event",
        "engine/db/history.py",
        """bindparam("agency")).with_for_update()""",
        """bindparam("agency"))""",
        f"{RUSH}[postgres]",
    ),
    Fault(
        "what failed alone stays in the history",
        "engine/db/history.py",
        "        del pending[kept:]\n",
        "",
        "tests/integration/upkeep/test_chain.py::test_what_fails_alone_leaves_no_history",
    ),
    Fault(
        "what people told stands readable in the history",
        "engine/db/history.py",
        "return event[0] in TOLD_IN_NAME or not READABLE.issuperset(event[3])",
        "return False",
        "tests/integration/test_erasing.py",
    ),
    Fault(
        "what is acknowledged was never committed",
        "engine/db/session.py",
        "self._writer.begin() as connection,",
        "self._writer.connect() as connection,",
        POINTS,
    ),
    Fault(
        "a flow that fails tells no operator",
        "engine/runtime/incidents.py",
        "    step.session.add(incident)\n",
        "",
        "tests/integration/test_worker_errors.py",
    ),
)


def prove(folder: Path) -> Outcome:
    """First every named test without a fault, then each fault with its own."""
    tree = folder / "tree"
    copy(tree)
    outcome = Outcome("planted faults", f"{len(FAULTS)} faults")
    tests = sorted({fault.test for fault in FAULTS})
    if not passes(tree, *tests):
        outcome.faults.append(f"without any fault these do not all pass: {tests}")
    for fault in FAULTS:
        with_fault = plant(tree, fault)
        caught = not passes(tree, fault.test)
        with_fault.write_text(with_fault.with_suffix(".before").read_text(encoding="utf-8"), encoding="utf-8")
        print(f"  {'caught' if caught else 'NOT CAUGHT'}: {fault.name}", flush=True)
        if not caught:
            outcome.missed += 1
            outcome.faults.append(f"{fault.test} does not see that {fault.name}")
    return outcome


def copy(tree: Path) -> None:
    """The product and its tests, as they stand here."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, tree / name)


def plant(tree: Path, fault: Fault) -> Path:
    """Put the fault in; the file as it was lies beside it."""
    path = tree / fault.file
    text = path.read_text(encoding="utf-8")
    assert text.count(fault.old) == 1, (
        f"{fault.name}: {fault.file} holds its text {text.count(fault.old)} times"
    )
    path.with_suffix(".before").write_text(text, encoding="utf-8")
    path.write_text(text.replace(fault.old, fault.new), encoding="utf-8")
    return path


def passes(tree: Path, *tests: str) -> bool:
    """Whether these tests pass in the copy, in processes of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise AssertionError(f"pytest did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 0
