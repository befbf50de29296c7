"""Working time: limits, calendars and due instants with receipts, as the SOP conventions (3.1) fix them.

A due instant is a function of (limit, start, calendar, percent, ends, pauses) and of nothing else.
"""

from engine.worktime.arithmetic import Remaining, remaining, working_days_between, working_time_between
from engine.worktime.backwards import latest_start
from engine.worktime.calendars import NATIONAL, USUAL, ZONES, Calendar, Change, Reason, calendar
from engine.worktime.deadline import Due, Ends, due
from engine.worktime.functions import functions
from engine.worktime.hours import Hours, Period, Week, checked_week, week
from engine.worktime.limit import Kind, Limit
from engine.worktime.percentage import percentage

__all__ = [
    "NATIONAL",
    "USUAL",
    "ZONES",
    "Calendar",
    "Change",
    "Due",
    "Ends",
    "Hours",
    "Kind",
    "Limit",
    "Period",
    "Reason",
    "Remaining",
    "Week",
    "calendar",
    "checked_week",
    "due",
    "functions",
    "latest_start",
    "percentage",
    "remaining",
    "week",
    "working_days_between",
    "working_time_between",
]
