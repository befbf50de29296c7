"""The secret key that an installation makes for itself: whole, one for all, never an empty one."""

import threading
from pathlib import Path

import pytest

from engine.bootstrap import Settings, SettingsError


def _settings(folder: Path) -> Settings:
    return Settings.from_env({"ALUR_DATA": str(folder)})


def test_processes_that_start_together_share_one_key(tmp_path: Path) -> None:
    gate, keys = threading.Barrier(8), []

    def start() -> None:
        gate.wait(timeout=10)
        keys.append(_settings(tmp_path / "data").key())

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert len(keys) == 8 and len(set(keys)) == 1 and len(keys[0]) == 64
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret.key"]
    assert (tmp_path / "data" / "secret.key").stat().st_mode & 0o077 == 0


def test_a_key_file_cut_short_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "secret.key").touch()
    with pytest.raises(SettingsError):
        _settings(tmp_path).key()
