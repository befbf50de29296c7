"""The packages that come with Alur, and packages in folders of the same shape.

``<root>/processes/<agency>/<process>/`` holds diagrams, decisions, ``sop.toml`` and scenarios, and
``<root>/forms/<agency>/`` the forms of all the agency's processes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files as resources
from pathlib import Path

import orjson

from engine import bpmn
from engine.bpmn import packages, sop
from engine.errors import AlurError, NotFound, msg

SHARED = "bersama"
ESCALATION_FORM = "bersama_eskalasi"
CALLED = "memanggil"  # the folder of a bundle that holds what a package calls

Resolve = Callable[[str], Mapping[str, bytes] | None]


@dataclass(frozen=True)
class Library:
    """A tree of packages on disk."""

    root: Path

    def names(self) -> list[tuple[str, str]]:
        """(agency, process) of every package, sorted."""
        return sorted(
            (folder.parent.name, folder.name)
            for folder in (self.root / "processes").glob("*/*")
            if (folder / "sop.toml").is_file()
        )

    def package(self, agency: str, process: str) -> dict[str, bytes]:
        """The files of one package with the forms it uses under ``forms/``; raises NotFound."""
        folder = self.root / "processes" / agency / process
        if not _plain(agency) or not _plain(process) or not folder.is_dir():
            raise NotFound(msg("There is no package %(agency)s/%(process)s.", agency=agency, process=process))
        return self._with_forms(packages.read_folder(folder), agency)

    def resolve(self, entry: str) -> dict[str, bytes] | None:
        """The package that an entry of ``memanggil`` names, None when it is not here."""
        agency, _, process = entry.rpartition("/")
        try:
            return self.package(agency or SHARED, process)
        except NotFound:
            return None

    def _with_forms(self, files: dict[str, bytes], agency: str) -> dict[str, bytes]:
        wanted = {element.form for element in bpmn.elements(files).values() if element.form} | {
            ESCALATION_FORM
        }
        wanted |= _message_forms(files)
        for form_id in sorted(wanted):
            for owner in (agency, SHARED):
                path = self.root / "forms" / owner / f"{form_id}.json"
                if path.is_file():
                    files[f"forms/{form_id}.json"] = path.read_bytes()
                    break
        return files


def _message_forms(files: dict[str, bytes]) -> set[str]:
    """The forms in which messages are entered by hand: ``formulir`` of each ``[pesan.<name>]``."""
    table, _ = sop.read_sop(files["sop.toml"]) if "sop.toml" in files else (None, [])
    rules = table.extra.get("pesan") if table else None
    found = rules.values() if isinstance(rules, dict) else ()
    return {str(rule["formulir"]) for rule in found if isinstance(rule, dict) and rule.get("formulir")}


def built_in() -> Library:
    """The packages that come with this release."""
    return Library(Path(str(resources("processes"))).parent)


def read(path: Path) -> tuple[dict[str, bytes], Resolve]:
    """A package on disk, a zip or a single file, and where what it calls is found.

    A folder inside a tree of packages brings its forms and neighbours; everything else finds the packages
    that come with Alur.
    """
    own = built_in()
    folder = path.resolve()
    if folder.is_dir() and folder.parent.parent.name == "processes":
        tree = Library(folder.parent.parent.parent)
        return tree.package(
            folder.parent.name, folder.name
        ), lambda entry: tree.resolve(entry) or own.resolve(entry)
    return packages.read_path(path), own.resolve


def assemble(files: Mapping[str, bytes], resolve: Resolve) -> dict[str, bytes]:
    """The package with everything it calls, directly or further down: one self-contained bundle.

    Raises NotFound for a called package that is nowhere.
    """
    bundle = {path: data for path, data in files.items() if not path.startswith(f"{CALLED}/")}
    todo, done = list(calls(files)), set()
    while todo:
        entry = todo.pop()
        if entry in done or _process_of(entry) in _own_processes(bundle):
            continue
        done.add(entry)
        called = resolve(entry)
        if called is None:
            raise NotFound(msg("The called package %(entry)s is not here.", entry=entry))
        todo.extend(calls(called))
        bundle.update(_called_files(entry, called, bundle))
    if ESCALATION_FORM not in _form_ids(bundle):
        shared = built_in().root / "forms" / SHARED / f"{ESCALATION_FORM}.json"
        bundle[f"forms/{ESCALATION_FORM}.json"] = shared.read_bytes()
    return bundle


def calls(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """What a package lists under ``memanggil``; nothing when it has no readable ``sop.toml``."""
    if "sop.toml" not in files:
        return ()
    try:
        return sop.load(files["sop.toml"]).calls
    except AlurError:
        return ()


def _called_files(entry: str, called: Mapping[str, bytes], bundle: Mapping[str, bytes]) -> dict[str, bytes]:
    """Diagrams, decisions and forms of a called package; a form that the caller brings itself wins."""
    taken = _form_ids(bundle)
    found = {}
    for path, data in called.items():
        if path.startswith(f"{CALLED}/"):
            continue
        if path.endswith((".bpmn", ".dmn")) or (path.endswith(".json") and _form_id(data) not in taken):
            found[f"{CALLED}/{entry}/{path}"] = data
    return found


def _own_processes(files: Mapping[str, bytes]) -> set[str]:
    return {element.process for element in bpmn.elements(files).values()}


def _process_of(entry: str) -> str:
    return entry.rpartition("/")[2]


def _form_ids(files: Mapping[str, bytes]) -> set[str]:
    return {_form_id(data) for path, data in files.items() if path.endswith(".json")}


def _form_id(data: bytes) -> str:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return ""
    return str(value.get("id", "")) if isinstance(value, dict) else ""


def _plain(name: str) -> bool:
    return name.replace("_", "").replace("-", "").isalnum()
