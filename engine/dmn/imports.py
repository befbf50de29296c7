"""Which model to read first: those that others import."""

from collections.abc import Mapping

from engine.dmn.faults import DmnError
from engine.dmn.xml import children, read


def in_order(files: Mapping[str, bytes]) -> list[str]:
    """The names of the files, each behind those it imports, unless they import each other; else by name."""
    imports: dict[str, set[str]] = {}
    spaces: dict[str, str] = {}
    for name in sorted(files):
        try:
            root = read(files[name])
        except DmnError:
            imports[name] = set()
            continue
        spaces[str(root.get("namespace") or "")] = name
        imports[name] = {str(one.get("namespace") or "") for one in children(root, "import")}
    ordered: list[str] = []
    left = sorted(files)
    while left:
        waiting = {space for space, name in spaces.items() if name in left}
        ready = [name for name in left if not imports[name] & waiting] or left
        ordered += ready
        left = [name for name in left if name not in ready]
    return ordered
