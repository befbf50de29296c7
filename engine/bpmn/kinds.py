"""What a file of a package is: by its name, and where names mislead by its content."""

from collections.abc import Iterator, Mapping
from enum import StrEnum


class Kind(StrEnum):
    """The kinds of files a package is made of."""

    BPMN = "bpmn"
    DMN = "dmn"
    FORM = "form"
    SOP = "sop"
    OTHER = "other"


_IGNORED = (".md", ".txt", ".toml", ".png", ".jpg", ".svg", ".pdf", ".csv", ".po", ".mo", ".py")


def kind(path: str, data: bytes) -> Kind:
    """The kind of one file."""
    name = path.lower().rpartition("/")[2]
    if name == "sop.toml":
        return Kind.SOP
    if name.endswith((".json", ".form")):
        return Kind.FORM
    if name.endswith(".dmn") or (b"/DMN/" in data[:4000] and not name.endswith(".bpmn")):
        return Kind.DMN
    if name.endswith(_IGNORED):
        return Kind.OTHER
    return Kind.BPMN


def of_kind(files: Mapping[str, bytes], wanted: Kind) -> Iterator[tuple[str, bytes]]:
    """The files of one kind, by path."""
    for path in sorted(files):
        if kind(path, files[path]) == wanted:
            yield path, files[path]


def bpmn_files(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The diagrams among the files, by path; whatever is nothing else is taken for one and read as one."""
    return of_kind(files, Kind.BPMN)
