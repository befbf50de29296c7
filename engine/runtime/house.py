"""The runtime's machinery in one process: store, compiled programs, connectors, observers."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from engine.bpmn.severities import Severities
from engine.db.models import OutboxEntry, WorkItem
from engine.db.store import Store
from engine.form import Checked, Form
from engine.runtime.accused import NOBODY, Named
from engine.runtime.courtesy import Courtesy
from engine.runtime.program import Programs
from engine.webhooks import Receivers

if TYPE_CHECKING:
    from engine.runtime.step import Step
    from engine.spiff import Wait

Connector = Callable[["Step", "Wait"], dict[str, Any]]
Observer = Callable[["Step"], None]
Channel = Callable[["House", Session, OutboxEntry], None]
Sender = Callable[["House", "Parcel"], None]
Judge = Callable[["Step", WorkItem | None, Form, Any, dict[str, Any]], Checked]
Accuser = Callable[[Mapping[str, Any]], Named]
Duty = Callable[["House"], Any]
Foresight = Callable[[Session, Collection[str]], None]


@dataclass(frozen=True)
class Parcel:
    """What leaves this house: nobody waits for it in a transaction. ``key`` is the same at every attempt."""

    key: str
    recipient: str
    payload: dict[str, Any]


@dataclass
class House(Store):
    """A store that can run instances.

    ``connectors`` do the topics that the platform itself answers, inside the step's transaction.
    ``observers`` are told of each step before it is saved, and may write in the same transaction.
    ``foresights`` read at once what observers ask of each of several instances.
    ``channels`` deliver outbox entries by their kind, each in a transaction of its own.
    ``senders`` deliver those that leave the house, by their kind, outside of any transaction.
    ``receivers`` are the other systems that the operator lets messages be sent to.
    ``severities`` is how much the rules about accountability weigh at review, where the operator says so.
    ``judge`` checks a task's answers beyond what its form can know: choices of the agency, files.
    ``accused`` says whom the data of an instance accuses: they are kept away from it.
    ``duties`` are housekeeping, done now and then by whoever beats.
    ``courtesy`` knows whether people are being served in this process.
    ``beat`` is the stopwatch's reading at the last beat of this process, None where none beats.
    """

    programs: Programs = field(default_factory=Programs)
    connectors: dict[str, Connector] = field(default_factory=dict)
    observers: list[Observer] = field(default_factory=list)
    foresights: list[Foresight] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    senders: dict[str, Sender] = field(default_factory=dict)
    receivers: Receivers = field(default_factory=Receivers)
    severities: Severities = field(default_factory=dict)
    judge: Judge | None = None
    accused: Accuser = lambda variables: NOBODY
    duties: list[Duty] = field(default_factory=list)
    courtesy: Courtesy = field(default_factory=Courtesy)
    beat: float | None = None
