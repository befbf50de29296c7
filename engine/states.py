"""The states that things can be in, each list complete."""

from enum import StrEnum


class InstanceState(StrEnum):
    """A run of a definition."""

    ACTIVE = "active"
    INCIDENT = "incident"
    COMPLETED = "completed"
    TERMINATED = "terminated"


class WorkItemState(StrEnum):
    """A user task waiting for a person."""

    OPEN = "open"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class JobState(StrEnum):
    """A deferred durable step."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class IncidentState(StrEnum):
    """A technical failure waiting for an operator."""

    OPEN = "open"
    RESOLVED = "resolved"


class DefinitionState(StrEnum):
    """A version of an SOP."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ACTIVE = "active"
    RETIRED = "retired"
    REJECTED = "rejected"


class DeadlineState(StrEnum):
    """A running limit: of a work item, a scope or a case."""

    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"


class CaseStatus(StrEnum):
    """What the reporter is told; the ten values of the SOP conventions and no other."""

    RECEIVED = "diterima"
    VERIFIED = "diverifikasi"
    AWAITING_REPORTER = "menunggu_pelapor"
    IN_PROGRESS = "diproses"
    ANSWERED = "dijawab"
    FINISHED = "selesai"
    ARCHIVED = "diarsipkan"
    FORWARDED = "diteruskan"
    MERGED = "digabung"
    WITHDRAWN = "dicabut"


FINAL_STATUSES = frozenset(
    {CaseStatus.FINISHED, CaseStatus.ARCHIVED, CaseStatus.FORWARDED, CaseStatus.MERGED, CaseStatus.WITHDRAWN}
)
