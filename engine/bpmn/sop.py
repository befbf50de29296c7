"""``sop.toml`` as a typed value: the SOP-AP identity block, what is called, case clocks, superiors and roles.

Keys and meanings are those of the SOP conventions (sections 3, 3.2 and 9). Every fault is listed, with the
key it is about, before anything is refused.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from engine.bpmn.expressions import feel_fault, is_feel
from engine.bpmn.finding import Finding, Severity
from engine.errors import AlurError, Message, Refused, msg
from engine.worktime import ZONES, Limit

RULE = "sop-toml"
IDENTITY = (
    "instansi",
    "unit_kerja",
    "nomor_sop",
    "tanggal_pembuatan",
    "tanggal_revisi",
    "tanggal_efektif",
    "disahkan_oleh",
    "nama_sop",
    "dasar_hukum",
    "kualifikasi_pelaksana",
    "keterkaitan",
    "peralatan_perlengkapan",
    "peringatan",
    "pencatatan_pendataan",
)
_TEXTS = ("process_id", "kode_nomor", "kalender", "zona_waktu", "nama_sop", "instansi", "standar_layanan")
LONGEST_PAUSE = "10 HK"  # a reporter completes a report within ten working days (conventions, section 3)
MOST_PAUSES = 2
_PAUSE_KEYS = frozenset({"berhenti", "lanjut", "paling_lama", "paling_banyak"})
_KEY = re.compile(r"^[a-z][a-z0-9_]*$")


@dataclass(frozen=True)
class ClockRule:
    """A case clock (section 3): ids or message names that start, stop, pause and resume it.

    ``limit`` is a limit text, a FEEL expression that gives one, or a table of limit texts by class.
    ``escalation`` lists roles: the first is told at 100 %, the second at 120 %. A pause lasts
    ``longest_pause`` at most (a limit text, FEEL that gives one, or "": as the timer drawn beside the
    wait, else ten working days), and there are no more than ``most_pauses`` of them.
    """

    start: tuple[str, ...]
    stop: tuple[str, ...]
    limit: str | Mapping[str, str]
    pause: tuple[str, ...] = ()
    resume: tuple[str, ...] = ()
    longest_pause: str = ""
    most_pauses: int = MOST_PAUSES
    escalation: tuple[str, ...] = ()


@dataclass(frozen=True)
class Role:
    """A role of the SOP: its title (jabatan), unit and note."""

    title: str = ""
    unit: str = ""
    note: str = ""


@dataclass(frozen=True)
class Sop:
    """What ``sop.toml`` says.

    ``calls`` are the entries of ``memanggil`` as written (``agency/process``); ``superiors`` maps a role to
    the role told at 120 %, ``""`` where there is none. ``standard`` is the published service standard, where
    it is another limit than that of the clock ``jam_penyelesaian``. ``identity`` is the SOP-AP block with
    dates as ISO text, ``extra`` whatever other sections the file has.
    """

    process_id: str
    code: str = ""
    calendar: str = ""
    zone: str = ""
    title: str = ""
    standard: str = ""
    calls: tuple[str, ...] = ()
    clocks: Mapping[str, ClockRule] = field(default_factory=dict)
    superiors: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    identity: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def called_processes(self) -> tuple[str, ...]:
        """The process ids called, without the agency before them."""
        return tuple(entry.rpartition("/")[2] for entry in self.calls)


def load(data: bytes, path: str = "sop.toml") -> Sop:
    """Read a ``sop.toml``; raises Refused with every fault."""
    sop, findings = read_sop(data, path)
    if sop is None or findings:
        raise Refused(msg("%(path)s has faults.", path=path), findings)
    return sop


def read_sop(data: bytes, path: str = "sop.toml") -> tuple[Sop | None, list[Finding]]:
    """Read a ``sop.toml`` as far as it can be read, with all faults found on the way."""
    try:
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError:
        return None, [_fault(path, "", msg("The file is not encoded as UTF-8."))]
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found.group(1)) if found else 0
        return None, [_fault(path, "", msg("The TOML is broken: %(reason)s", reason=str(error)), line)]
    except RecursionError:
        return None, [_fault(path, "", msg("The TOML is nested too deeply."))]
    reader = _Reader(path, text)
    return reader.sop(table), reader.findings


def _fault(path: str, key: str, message: Message, line: int = 0) -> Finding:
    return Finding(RULE, Severity.ERROR, key, message, name=key, line=line, path=path)


class _Reader:
    """Reads the sections one by one and collects what is wrong."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._lines = text.splitlines()
        self.findings: list[Finding] = []

    def sop(self, table: dict[str, Any]) -> Sop:
        if not table.get("process_id"):
            self._wrong("process_id", msg("%(key)s is missing.", key="process_id"))
        texts = {key: self._text(table, key) for key in _TEXTS}
        zone = texts["zona_waktu"]
        if zone and zone not in {*ZONES, *ZONES.values()}:
            zones = ", ".join(ZONES.values())
            self._wrong("zona_waktu", msg("%(zone)s is not one of %(zones)s.", zone=zone, zones=zones))
        clocks = self._table(table, "jam")
        known = {*IDENTITY, *_TEXTS, "memanggil", "jam", "eskalasi", "peran"}
        return Sop(
            process_id=texts["process_id"],
            code=texts["kode_nomor"],
            calendar=texts["kalender"],
            zone=zone,
            title=texts["nama_sop"],
            standard=self._standard(texts["standar_layanan"]),
            calls=tuple(entry.replace("-", "_") for entry in self._texts(table, "memanggil", "memanggil")),
            clocks={
                name: self._clock(name, section)
                for name, section in clocks.items()
                if self._is_table(f"jam.{name}", section)
            },
            superiors=self._superiors(self._table(table, "eskalasi")),
            roles={name: self._role(name, value) for name, value in self._table(table, "peran").items()},
            identity={key: _plain(table[key]) for key in IDENTITY if key in table},
            extra={key: value for key, value in table.items() if key not in known},
        )

    def _standard(self, text: str) -> str:
        if text:
            self._limit_text("standar_layanan", text)
        return text

    def _clock(self, name: str, section: dict[str, Any]) -> ClockRule:
        where = f"jam.{name}"
        for key in section.keys() - {"mulai", "berhenti", "batas", "jeda", "eskalasi"}:
            self._wrong(f"{where}.{key}", msg("%(key)s is not a key of a clock.", key=key))
        for key in ("mulai", "batas"):
            if not section.get(key):
                self._wrong(f"{where}.{key}", msg("%(key)s is missing.", key=key))
        pause = section.get("jeda", {})
        if not self._is_table(f"{where}.jeda", pause):
            pause = {}
        for key in pause.keys() - _PAUSE_KEYS:
            self._wrong(f"{where}.jeda", msg("%(key)s is not a key of a pause.", key=key))
        return ClockRule(
            start=self._texts(section, "mulai", f"{where}.mulai"),
            stop=self._texts(section, "berhenti", f"{where}.berhenti"),
            limit=self._limit(f"{where}.batas", section.get("batas", "")),
            pause=self._texts(pause, "berhenti", f"{where}.jeda.berhenti"),
            resume=self._texts(pause, "lanjut", f"{where}.jeda.lanjut"),
            longest_pause=self._longest_pause(f"{where}.jeda", pause.get("paling_lama", "")),
            most_pauses=self._most_pauses(f"{where}.jeda", pause.get("paling_banyak", MOST_PAUSES)),
            escalation=self._texts(section, "eskalasi", f"{where}.eskalasi"),
        )

    def _longest_pause(self, where: str, value: Any) -> str:
        if value != "":
            self._limit_text(where, value)
        return str(value)

    def _most_pauses(self, where: str, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 99:
            return value
        self._wrong(where, msg("%(key)s must be a whole number from 1 to 99.", key="paling_banyak"))
        return MOST_PAUSES

    def _limit(self, where: str, value: Any) -> str | Mapping[str, str]:
        if isinstance(value, dict):
            for kind, text in value.items():
                self._limit_text(f"{where}.{kind}", text)
            return {str(kind): str(text) for kind, text in value.items()}
        if value != "":
            self._limit_text(where, value)
        return str(value)

    def _limit_text(self, where: str, value: Any) -> None:
        fault = feel_fault(str(value)) if is_feel(str(value)) else limit_fault(str(value))
        if fault is not None:
            self._wrong(where, fault)

    def _superiors(self, table: dict[str, Any]) -> dict[str, str]:
        found = {}
        for role, superior in table.items():
            if isinstance(superior, str):
                found[role] = superior
            else:
                self._wrong(f"eskalasi.{role}", msg("%(key)s must be a text.", key=role))
        for role in found:
            if found[role] == role:
                self._wrong(f"eskalasi.{role}", msg("The role %(role)s is its own superior.", role=role))
        return found

    def _role(self, name: str, value: Any) -> Role:
        if not _KEY.match(name):
            self._wrong(f"peran.{name}", msg("The role key %(role)s must be lower-case.", role=name))
        if isinstance(value, str):
            return Role(title=value)
        if not self._is_table(f"peran.{name}", value):
            return Role()
        return Role(
            title=str(value.get("jabatan", "")),
            unit=str(value.get("unit", "")),
            note=str(value.get("catatan", "")),
        )

    def _text(self, table: dict[str, Any], key: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            self._wrong(key, msg("%(key)s must be a text.", key=key))
            return ""
        return value.strip()

    def _texts(self, table: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
        value = table.get(key, [])
        items = [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            self._wrong(where, msg("%(key)s must be a text or a list of texts.", key=key))
            return ()
        return tuple(item for item in items if item)

    def _table(self, table: dict[str, Any], key: str) -> dict[str, Any]:
        value = table.get(key, {})
        return value if self._is_table(key, value) else {}

    def _is_table(self, where: str, value: Any) -> bool:
        if isinstance(value, dict):
            return True
        self._wrong(where, msg("%(key)s must be a section.", key=where))
        return False

    def _wrong(self, key: str, message: Message) -> None:
        self.findings.append(_fault(self._path, key, message, self._line(key)))

    def _line(self, key: str) -> int:
        """The line on which the last part of a key, or else the section before it, stands."""
        parts = key.split(".")
        section = ".".join(parts[:-1])
        inside = not section
        for number, text in enumerate(self._lines, start=1):
            stripped = text.strip()
            if stripped.startswith("["):
                inside = stripped.strip("[]") == section
                if stripped.strip("[]") == key:
                    return number
            elif inside and re.match(rf'^"?{re.escape(parts[-1])}"?\s*=', stripped):
                return number
        return 0


def limit_fault(text: str) -> Message | None:
    """Why a text is no limit; None when it is one."""
    try:
        Limit.parse(text)
    except AlurError as error:
        return error.message
    return None


def _plain(value: Any) -> Any:
    """TOML dates as ISO text, so that the block is plain JSON data."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value
