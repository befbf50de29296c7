"""The one place that knows all parts: reads the settings and opens the house."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from engine.bpmn.severities import Severities, severities
from engine.cases import (
    accused,
    connectors,
    current,
    erasing,
    forwarding,
    observer,
    options,
    outgoing,
    starting,
    sweeping,
)
from engine.clock import Clock, FileClock, SystemClock
from engine.db import Database
from engine.errors import AlurError, msg
from engine.runtime import signals
from engine.runtime.house import House
from engine.runtime.liveness import LivenessAudit
from engine.runtime.restaffing import Restaffing
from engine.webhooks import Receivers, read

SHORTEST_KEY = 32


class SettingsError(AlurError):
    """The environment holds a setting that cannot be used."""


@dataclass(frozen=True)
class Settings:
    """What the environment says; see ``from_env`` for names and defaults."""

    database_url: str
    data_dir: Path
    port: int = 8000
    secret_key: str = field(default="", repr=False)
    case_keys: tuple[bytes, ...] = field(default=(), repr=False)
    clock_file: Path | None = None
    production: bool = False
    https: bool = False
    trusted_proxy: str = ""
    severities: Severities = field(default_factory=dict)
    receivers: Receivers = field(default_factory=Receivers)

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> "Settings":
        """``ALUR_DATABASE_URL`` ``ALUR_DATA`` ``ALUR_PORT`` ``ALUR_SECRET_KEY`` ``ALUR_CASE_KEY``
        ``ALUR_CASE_KEY_BEFORE`` ``ALUR_CLOCK_FILE`` ``ALUR_PRODUCTION`` ``ALUR_HTTPS`` ``ALUR_TRUSTED_PROXY``
        ``ALUR_SOP_RULES`` ``ALUR_RECEIVERS``.

        Raises SettingsError.
        """
        data_dir = Path(env.get("ALUR_DATA") or "var").absolute()
        production = _flag(env, "ALUR_PRODUCTION")
        clock_file = env.get("ALUR_CLOCK_FILE")
        if production and clock_file:
            raise SettingsError(msg("ALUR_CLOCK_FILE is for tests and training; production keeps real time."))
        key = env.get("ALUR_SECRET_KEY", "")
        if production and len(key) < SHORTEST_KEY:
            raise SettingsError(
                msg(
                    "Production needs ALUR_SECRET_KEY with at least %(length)d characters.",
                    length=SHORTEST_KEY,
                )
            )
        return cls(
            database_url=env.get("ALUR_DATABASE_URL") or f"sqlite:///{data_dir / 'alur.db'}",
            data_dir=data_dir,
            port=_port(env.get("ALUR_PORT") or "8000"),
            secret_key=key,
            case_keys=_case_keys(env),
            clock_file=Path(clock_file) if clock_file else None,
            production=production,
            https=_flag(env, "ALUR_HTTPS"),
            trusted_proxy=env.get("ALUR_TRUSTED_PROXY", ""),
            severities=sop_rules(env),
            receivers=_receivers(env.get("ALUR_RECEIVERS", "")),
        )

    def clock(self) -> Clock:
        """The clock these settings name."""
        return FileClock(self.clock_file) if self.clock_file else SystemClock()

    def key(self) -> bytes:
        """The secret key; without one a random key is kept in the data folder, so that receipts survive."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.data_dir / "secret.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            _make_key(path)
        text = path.read_text(encoding="ascii").strip()
        if len(text) < SHORTEST_KEY:
            raise SettingsError(
                msg("%(path)s holds no key: bring it back from a backup.", path=str(path)),
                hint=msg("Without it the receipts given out so far are worth nothing."),
            )
        return text.encode()


def sop_rules(env: Mapping[str, str] = os.environ) -> Severities:
    """``ALUR_SOP_RULES``: how much the rules about accountability weigh. Raises SettingsError."""
    try:
        return severities(env.get("ALUR_SOP_RULES", ""))
    except AlurError as error:
        raise SettingsError(msg("ALUR_SOP_RULES: %(why)s", why=error.message), hint=error.hint) from error


def _make_key(path: Path) -> None:
    """A new key, whole or not at all; of two processes that start together one makes it for both."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as out:
        out.write(secrets.token_hex(32))
        out.flush()
        os.fsync(out.fileno())
    with suppress(FileExistsError):
        os.link(part, path)
    part.unlink()


def open_house(settings: Settings, clock: Clock | None = None) -> House:
    """Open database and data folder and wire everything together; migrations are a command of their own."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    house = furnish(
        Database(settings.database_url), clock or settings.clock(), settings.key(), settings.data_dir
    )
    house.case_keys = settings.case_keys
    house.severities = settings.severities
    house.receivers = settings.receivers
    return house


def furnish(database: Database, clock: Clock, key: bytes, data_dir: Path) -> House:
    """A house over this database, with the platform's connectors and the case observer."""
    return House(
        database=database,
        clock=clock,
        key=key,
        data_dir=data_dir,
        connectors=dict(connectors.CONNECTORS),
        observers=[observer.observe, signals.observe, starting.observe],
        foresights=[current.foresee],
        channels={**forwarding.CHANNELS, **signals.CHANNELS, **starting.CHANNELS},
        senders=dict(outgoing.SENDERS),
        judge=options.judge,
        accused=accused.named,
        duties=[sweeping.sweep, erasing.Scrubbing(), LivenessAudit(), Restaffing()],
    )


def _receivers(path: str) -> Receivers:
    try:
        return read(Path(path)) if path else Receivers()
    except AlurError as error:
        raise SettingsError(msg("ALUR_RECEIVERS: %(why)s", why=error.message), hint=error.hint) from error


def _case_keys(env: Mapping[str, str]) -> tuple[bytes, ...]:
    """``ALUR_CASE_KEY``, and the one before it until `alur rotate-keys` has wrapped all keys anew."""
    names = [name for name in ("ALUR_CASE_KEY", "ALUR_CASE_KEY_BEFORE") if env.get(name)]
    if names == ["ALUR_CASE_KEY_BEFORE"]:
        raise SettingsError(msg("ALUR_CASE_KEY_BEFORE goes with ALUR_CASE_KEY, the key that came after it."))
    for name in names:
        if len(env[name]) < SHORTEST_KEY:
            raise SettingsError(
                msg("%(name)s needs at least %(length)d characters.", name=name, length=SHORTEST_KEY)
            )
    return tuple(env[name].encode() for name in names)


def _flag(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() in ("1", "true", "yes")


def _port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise SettingsError(msg("ALUR_PORT is %(text)s, not a port from 1 to 65535.", text=text))
    return int(text)
