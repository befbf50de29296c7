"""Every table, one file for each noun's family."""

from engine.db.models.audit import CaseKey, ChainHead
from engine.db.models.base import Base
from engine.db.models.calendars import CalendarChange, CalendarHours, CalendarYear
from engine.db.models.cases import AccessLog, Case, CaseNumber, File, IdempotencyKey, Letter, Reporter
from engine.db.models.catalog import Bundle, Definition
from engine.db.models.people import (
    Agency,
    ApiToken,
    Person,
    Role,
    RoleHolder,
    SignIn,
    SignInAttempt,
    Substitution,
    Unit,
)
from engine.db.models.runtime import (
    AccusedPerson,
    Deadline,
    HistoryEvent,
    Incident,
    Instance,
    Job,
    OutboxEntry,
    ReceivedMessage,
    Subscription,
    WorkItem,
    WorkItemRole,
)

__all__ = [
    "AccessLog",
    "AccusedPerson",
    "Agency",
    "ApiToken",
    "Base",
    "Bundle",
    "CalendarChange",
    "CalendarHours",
    "CalendarYear",
    "Case",
    "CaseKey",
    "CaseNumber",
    "ChainHead",
    "Deadline",
    "Definition",
    "File",
    "HistoryEvent",
    "IdempotencyKey",
    "Incident",
    "Instance",
    "Job",
    "Letter",
    "OutboxEntry",
    "Person",
    "ReceivedMessage",
    "Reporter",
    "Role",
    "RoleHolder",
    "SignIn",
    "SignInAttempt",
    "Subscription",
    "Substitution",
    "Unit",
    "WorkItem",
    "WorkItemRole",
]
