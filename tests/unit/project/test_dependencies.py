"""Every dependency is justified, and the front end's lock file stays free of addresses."""

import json
import re
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def declared() -> set[str]:
    """The names of all packages that setup.cfg and package.json ask for."""
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    lists = [setup["options"]["install_requires"], *setup["options.extras_require"].values()]
    python = {
        re.split(r"[\[<>=!~; ]", line)[0] for text in lists for line in text.split("\n") if line.strip()
    }
    package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    return python | set(package["dependencies"]) | set(package["devDependencies"])


def justified() -> set[str]:
    """The names in the first column of the tables of docs/dependencies.md."""
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    return {
        name for name in re.findall(r"^\| (\S+) \|", page, re.MULTILINE) if name not in ("package", "---")
    }


def test_each_dependency_has_its_line_and_no_line_is_left_over() -> None:
    assert declared() == justified()


def test_versions_of_browser_files_are_exact() -> None:
    package = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert [each for each in versions if not re.fullmatch(r"\d+\.\d+\.\d+", each)] == []


def test_the_lock_file_pins_contents_and_names_no_address() -> None:
    text = (ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert [name for name, entry in packages.items() if name and "integrity" not in entry] == []
