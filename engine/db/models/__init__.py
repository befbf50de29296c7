"""Every table, one file for each noun's family."""

from engine.db.models.audit import CaseKey, ChainHead, Erasure
from engine.db.models.base import Base
from engine.db.models.calendars import CalendarChange, CalendarHours, CalendarYear
from engine.db.models.cases import (
    AccessLog,
    Case,
    CaseNumber,
    CaseWord,
    File,
    IdempotencyKey,
    Letter,
    Reporter,
)
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
from engine.db.models.recipients import Recipient
from engine.db.models.runtime import (
    AccusedPerson,
    Deadline,
    HistoryEntry,
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
    "CaseWord",
    "ChainHead",
    "Deadline",
    "Definition",
    "Erasure",
    "File",
    "HistoryEntry",
    "IdempotencyKey",
    "Incident",
    "Instance",
    "Job",
    "Letter",
    "OutboxEntry",
    "Person",
    "ReceivedMessage",
    "Recipient",
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
