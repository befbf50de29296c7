"""The receivers file: what it may hold, and what is said of one that cannot be used."""

from pathlib import Path

import pytest

from engine.bootstrap import Settings, SettingsError
from engine.errors import AlurError
from engine.webhooks import read

SECRET = "whsec_" + "A" * 32
GOOD = """
[[receiver]]
name = "sp4n"
agency = "contoh"
messages = ["status_berubah", "tanggapan_terkirim"]
url = "https://sp4n.example:8443/kabar?dari=alur"
secrets = ["env:SP4N_SECRET"]
networks = ["10.1.2.0/24"]
"""


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SP4N_SECRET", SECRET)


def _file(folder: Path, text: str) -> Path:
    path = folder / "receivers.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_receiver_is_found_by_agency_and_message(tmp_path: Path) -> None:
    receivers = read(_file(tmp_path, GOOD))
    (found,) = receivers.of("contoh", "status_berubah")
    assert found == receivers.get("sp4n")
    assert (found.parts.hostname, found.parts.port, found.networks) == (
        "sp4n.example",
        8443,
        ("10.1.2.0/24",),
    )
    assert found.keys() == [bytes(24)]
    assert SECRET[6:] not in repr(found)
    assert not receivers.of("lain", "status_berubah") and not receivers.of("contoh", "penutupan")


def test_a_secret_may_stand_in_a_file_and_is_read_at_each_use(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(f"{SECRET}\n", encoding="ascii")
    text = GOOD.replace("env:SP4N_SECRET", f"file:{kept}")
    receiver = read(_file(tmp_path, text)).get("sp4n")
    assert receiver is not None and receiver.keys() == [bytes(24)]
    kept.write_text("whsec_" + "B" * 32, encoding="ascii")
    assert receiver.keys() != [bytes(24)]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "sp4n"', "", "lacks “name”"),
        ('name = "sp4n"', 'name = "SP4N!"', "a name is"),
        ('agency = "contoh"', "agency = 3", "“agency” of receiver 1 is"),
        ('agency = "contoh"', 'agency = "contoh"\nuser = "x"', "“user” of receiver 1 is"),
        ("env:SP4N_SECRET", "env:NOT_THERE", "cannot be used"),
        ("env:SP4N_SECRET", SECRET, "where each stands"),
        ('["env:SP4N_SECRET"]', "[]", "where each stands"),
        ("10.1.2.0/24", "10.1.2.0/99", "is no network"),
        ("https://sp4n.example:8443", "ftp://sp4n.example", "begins with https"),
        ("https://sp4n.example:8443", "file:///etc", "begins with https"),
        ("https://sp4n.example:8443", "gopher://sp4n.example", "begins with https"),
        ("https://sp4n.example:8443", "https://a:b@sp4n.example", "no user"),
        ("https://sp4n.example:8443", "https://sp4n.example@10.0.0.1", "no user"),
        ("https://sp4n.example:8443", "https://sp4n.example:99999", "cannot be read"),
        ("https://sp4n.example:8443", "https://sp4n.example\\\\@x", "url”"),
        ("https://sp4n.example:8443", "https://", "names a host"),
        ("https://sp4n.example:8443", "https://ｓｐ４ｎ.example", "plain letters"),
        ("/kabar?dari=alur", "/a b", "plain letters"),
        ("/kabar?dari=alur", "/a#b", "plain letters"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(AlurError, match=said) as fault:
        read(_file(tmp_path, GOOD.replace(old, new)))
    assert SECRET[6:] not in str(fault.value) or new == SECRET


def test_http_goes_only_into_networks_that_are_named(tmp_path: Path) -> None:
    plain = GOOD.replace("https://", "http://")
    assert read(_file(tmp_path, plain)).get("sp4n") is not None
    with pytest.raises(AlurError, match="begins with https"):
        read(_file(tmp_path, plain.replace('networks = ["10.1.2.0/24"]', "")))


def test_names_are_unique_and_nothing_else_stands_there(tmp_path: Path) -> None:
    with pytest.raises(AlurError, match="two receivers"):
        read(_file(tmp_path, GOOD + GOOD))
    with pytest.raises(AlurError, match="nothing else"):
        read(_file(tmp_path, 'key = "x"\n' + GOOD))
    with pytest.raises(AlurError, match="cannot be read"):
        read(tmp_path / "not there")


def test_the_setting_names_the_file(tmp_path: Path) -> None:
    settings = Settings.from_env({"ALUR_RECEIVERS": str(_file(tmp_path, GOOD))})
    assert [receiver.name for receiver in settings.receivers] == ["sp4n"]
    with pytest.raises(SettingsError, match="ALUR_RECEIVERS"):
        Settings.from_env({"ALUR_RECEIVERS": str(tmp_path / "gone")})
