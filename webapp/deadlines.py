"""Deadlines in words: the chip that says how much time is left, and how that was counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _  # type: ignore[import-untyped]
from flask_babel import ngettext

from engine import worktime
from engine.bpmn.paths import literal
from engine.worktime import national
from webapp import format as write
from webapp.house import now


@dataclass(frozen=True)
class Chip:
    """What ``macros/page.html`` draws: a mark, words, a tone; ``due`` is None without a date."""

    mark: str
    text: str
    tone: str
    due: datetime | None = None


def chip(
    due: datetime | None,
    calendar: worktime.Calendar,
    *,
    soon_from: datetime | None = None,
    paused_receipt: dict[str, Any] | None = None,
) -> Chip:
    """The chip of one deadline at this moment.

    ``soon_from`` is the reminder instant (80 %), from which on little is left. ``paused_receipt`` is given
    while the reporter owes an answer.
    """
    if paused_receipt is not None:
        return Chip("⏸", _paused(paused_receipt), "wait")
    if due is None:
        return Chip("—", _("No deadline"), "wait")
    moment = now()
    left = worktime.remaining(due, moment, calendar)
    if left.late:
        return Chip("!", _late(left), "danger", due)
    if write.is_same_day(due, moment):
        return Chip("◕", _("Today %(time)s", time=write.clock_time(due)), "warn", due)
    text = _left(left)
    if soon_from is not None and moment >= soon_from:
        return Chip("◔", text, "warn", due)
    return Chip("○", text, "info", due)


def of_deadline(deadline: Any, calendar: worktime.Calendar) -> Chip:
    """The chip of a stored deadline (its ``state``, ``due_at``, ``reminder_at``, ``receipt``)."""
    if deadline.state == "stopped":
        return Chip("✓", _("Stopped"), "ok", deadline.due_at)
    paused = deadline.receipt if deadline.state == "paused" else None
    return chip(deadline.due_at, calendar, soon_from=deadline.reminder_at, paused_receipt=paused)


def standing(deadline: Any, calendar: worktime.Calendar, *, to_reporter: bool = False) -> list[str]:
    """What is to be told of the pauses of a clock: since when, why, until when at most, which of how many.

    Of one that runs again, how often and how long it stood; nothing where it never stood.
    """
    receipt = deadline.receipt or {}
    pauses = receipt.get("pauses") or []
    if not pauses:
        return []
    if deadline.state == "paused":
        return _open_pause(receipt, calendar, to_reporter)
    days = _days_stood(pauses, calendar)
    return [
        ngettext(
            "Was paused once, %(days)s.", "Was paused %(num)d times, %(days)s in all.", len(pauses), days=days
        )
    ]


def _open_pause(receipt: dict[str, Any], calendar: worktime.Calendar, to_reporter: bool) -> list[str]:
    pause = receipt["pauses"][-1]
    told = {"since": _moment(pause["from"]), "days": _days_stood([pause], calendar)}
    lines = [
        _("Paused since %(since)s, %(days)s so far: we wait for your answer.", **told)
        if to_reporter
        else _("Paused since %(since)s, %(days)s so far: the reporter owes an answer.", **told)
    ]
    if rule := receipt.get("paused"):
        until = _moment(rule["until"])
        lines.append(_("Goes on by itself %(until)s at the latest, also without an answer.", until=until))
        lines.append(_("Pause %(number)d of %(most)d at most.", number=rule["number"], most=rule["most"]))
        if moved := rule.get("moved"):
            lines.append(_moved(moved))
    return lines


def _days_stood(pauses: list[dict[str, Any]], calendar: worktime.Calendar) -> str:
    """How long the clock stood, in working days."""
    ends = [datetime.fromisoformat(each["to"]) if each["to"] else now() for each in pauses]
    begun = [datetime.fromisoformat(each["from"]) for each in pauses]
    days = sum(map(worktime.working_days_between, begun, ends, [calendar] * len(pauses)))
    return str(ngettext("%(num)d working day", "%(num)d working days", days))


def _left(left: worktime.Remaining) -> str:
    if left.days:
        return str(ngettext("%(num)d working day left", "%(num)d working days left", left.days))
    return str(ngettext("%(num)d working hour left", "%(num)d working hours left", left.hours))


def _late(left: worktime.Remaining) -> str:
    if left.days:
        return str(ngettext("%(num)d working day late", "%(num)d working days late", left.days))
    if left.hours:
        return str(ngettext("%(num)d working hour late", "%(num)d working hours late", left.hours))
    return str(_("Late since today"))


def _paused(receipt: dict[str, Any]) -> str:
    limit = worktime.Limit.parse(receipt["limit"])
    if limit.kind != worktime.Kind.WORKING_DAYS:
        return str(_("Paused"))
    left = max(0, int(limit.amount) - int(receipt["days"]))
    return str(ngettext("Paused, %(num)d working day left", "Paused, %(num)d working days left", left))


def explain(receipt: dict[str, Any]) -> dict[str, Any]:
    """A deadline receipt in words: ``{"lines": [...], "skipped": [{"day", "why"}], "warnings": [...]}``.

    Its times are written in the zone that it was counted in, as its office hours are.
    """
    with write.in_zone(receipt["zone"]):
        return _explained(receipt)


def _explained(receipt: dict[str, Any]) -> dict[str, Any]:
    lines = [
        _("Counted from %(start)s.", start=_moment(receipt["start"])),
        _("Limit: %(limit)s.", limit=limit_words(receipt["limit"])),
    ]
    if receipt["percent"] != 100:
        lines.append(_("Counted to %(percent)s %% of the limit.", percent=receipt["percent"]))
    if receipt["counted"]:
        lines.append(_days(receipt))
    lines += [_hours(each) for each in receipt.get("hours", [])]
    lines += [_pause(each) for each in receipt["pauses"]]
    if receipt["due"]:
        lines.append(_("Due: %(due)s.", due=_moment(receipt["due"])))
    if extended := receipt.get("extended"):
        lines.append(_extended(extended))
    if changed := receipt.get("changed"):
        lines.append(_changed(changed))
    if moved := receipt.get("moved"):
        lines.append(_moved(moved))
    lines.append(
        _("Calendar %(name)s, version %(version)s.", name=receipt["calendar"], version=receipt["version"])
    )
    skipped = [
        {"day": write.day(date.fromisoformat(row["day"])), "why": row.get("name") or _why(row["why"])}
        for row in receipt["skipped"]
        if row["why"] != "weekend"
    ]
    weekend = sum(row["why"] == "weekend" for row in receipt["skipped"])
    if weekend:
        lines.append(ngettext("%(num)d weekend day left out.", "%(num)d weekend days left out.", weekend))
    return {"lines": lines, "skipped": skipped, "warnings": warnings(receipt)}


def warnings(receipt: dict[str, Any]) -> list[str]:
    """The years that a count reached although their list is not final, in words."""
    return [_warning(each) for each in receipt.get("warnings", [])]


def limit_words(literal: str) -> str:
    """``P3WD`` → ``3 hari kerja``."""
    limit = worktime.Limit.parse(literal)
    amount = write.number(int(limit.amount) if limit.amount == int(limit.amount) else float(limit.amount))
    words = {
        worktime.Kind.WORKING_DAYS: _("%(amount)s working days", amount=amount),
        worktime.Kind.WORKING_HOURS: _("%(amount)s working hours", amount=amount),
        worktime.Kind.CALENDAR_DAYS: _("%(amount)s calendar days", amount=amount),
    }
    minutes = limit.words.removesuffix(" menit kerja")
    if minutes != limit.words:
        return str(_("%(amount)s working minutes", amount=minutes))
    return str(words.get(limit.kind, limit.words))


def written_limit(limit: str | Mapping[str, str] | None) -> str:
    """A limit as an SOP writes it, in words; one that is counted from the report's data, as it is written."""
    if isinstance(limit, Mapping):
        return "; ".join(f"{key}: {written_limit(each)}" for key, each in limit.items())
    found = literal(limit)
    return limit_words(str(found)) if found else limit or ""


def _days(receipt: dict[str, Any]) -> str:
    first, last = (write.day(date.fromisoformat(receipt["counted"][place])) for place in (0, -1))
    return str(
        ngettext(
            "%(num)d day counted, %(first)s.",
            "%(num)d days counted, %(first)s to %(last)s.",
            receipt["days"],
            first=first,
            last=last,
        )
    )


def _hours(run: dict[str, str]) -> str:
    opening, closing = run["hours"].replace(":", ".").split("-")
    told = {"day": write.day(date.fromisoformat(run["from"])), "opening": opening, "closing": closing}
    if name := run.get("name"):
        return str(_("Office hours from %(day)s (%(name)s): %(opening)s to %(closing)s.", name=name, **told))
    return str(_("Office hours from %(day)s: %(opening)s to %(closing)s.", **told))


def _warning(warning: dict[str, Any]) -> str:
    if warning["kind"] == "estimated":
        names = ", ".join(name.replace(national.ESTIMATED, "").strip() for name in warning["names"])
        return str(_("%(year)s: dates that are estimates: %(names)s.", year=warning["year"], names=names))
    return str(_("%(year)s: the joint leave is not in the list yet.", year=warning["year"]))


def _pause(pause: dict[str, str | None]) -> str:
    start = _moment(pause["from"] or "")
    if pause["to"] is None:
        return str(_("Paused since %(start)s: an answer of the reporter is awaited.", start=start))
    return str(
        _(
            "Paused from %(start)s to %(end)s: the reporter owed an answer.",
            start=start,
            end=_moment(pause["to"]),
        )
    )


def _extended(extended: dict[str, Any]) -> str:
    """By how much, from when to when by which calendar; earlier releases kept the amount alone."""
    amount = limit_words(extended["by"])
    if "version" not in extended or extended["before"] is None:
        return str(_("Extended by %(amount)s.", amount=amount))
    return str(
        _(
            "Extended by %(amount)s on %(at)s, counted on version %(version)s of the calendar;"
            " due %(before)s before.",
            amount=amount,
            at=_moment(extended["at"]),
            version=extended["version"],
            before=_moment(extended["before"]),
        )
    )


def _changed(changed: dict[str, Any]) -> str:
    """What was promised before the report got another class."""
    at, limit = _moment(changed["at"]), limit_words(changed["limit"])
    if changed["due"] is None:
        return str(_("Until %(at)s the limit was %(limit)s: the class was another one.", at=at, limit=limit))
    return str(
        _(
            "Until %(at)s the limit was %(limit)s, due %(due)s: the class was another one.",
            at=at,
            limit=limit,
            due=_moment(changed["due"]),
        )
    )


def _moved(moved: dict[str, str]) -> str:
    before = _moment(moved["before"])
    return str(_("Moved from %(before)s: %(reason)s.", before=before, reason=moved["reason"]))


def _why(reason: str) -> str:
    words = {"holiday": _("holiday"), "change": _("day off of the agency"), "pause": _("paused")}
    return str(words.get(reason, reason))


def _moment(text: str) -> str:
    return write.happened(datetime.fromisoformat(text))
