"""Working time: limits, calendars and due instants with receipts, as the SOP conventions (3.1) fix them.

A due instant is a function of (limit, start, calendar, percent, ends, pauses) and of nothing else.
"""

from engine.worktime.arithmetic import Remaining, remaining, working_days_between, working_time_between
from engine.worktime.calendars import NATIONAL, ZONES, Calendar, Change, Reason, calendar
from engine.worktime.deadline import Due, Ends, due
from engine.worktime.functions import functions
from engine.worktime.limit import Kind, Limit
from engine.worktime.percentage import percentage

__all__ = [
    "NATIONAL",
    "ZONES",
    "Calendar",
    "Change",
    "Due",
    "Ends",
    "Kind",
    "Limit",
    "Reason",
    "Remaining",
    "calendar",
    "due",
    "functions",
    "percentage",
    "remaining",
    "working_days_between",
    "working_time_between",
]
