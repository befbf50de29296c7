"""Every table, one file for each noun's family."""

from engine.db.models.base import Base
from engine.db.models.cases import AccessLog, Case, CaseNumber, File, IdempotencyKey, Letter, Reporter
from engine.db.models.catalog import Bundle, Definition
from engine.db.models.people import (
    Agency,
    ApiToken,
    CalendarChange,
    Person,
    Role,
    RoleHolder,
    SignIn,
    SignInAttempt,
    Unit,
)
from engine.db.models.runtime import (
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
    "Agency",
    "ApiToken",
    "Base",
    "Bundle",
    "CalendarChange",
    "Case",
    "CaseNumber",
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
    "Unit",
    "WorkItem",
    "WorkItemRole",
]
