"""Variables, in scopes as Zeebe has them.

Every process instance and every called process has one dict; an embedded subprocess and a multi-instance
child may have local variables. Reading looks outward; writing goes to the innermost scope that already
has the name, else to the root of the process. Tokens carry no data.
"""

import math
from collections import ChainMap
from collections.abc import Iterator, Mapping
from typing import Any

from engine import feel
from engine.errors import FieldError, Invalid, msg
from engine.spiff.settings import Assignment

Frame = dict[str, Any]

MAX_NESTING = 64
MOST_PARTS = 200_000
"""Names and items that may be handed in at once, as many as an expression may make."""
FORBIDDEN_KEY = "typename"
"""A dict with this key would be taken for a serialized object by SpiffWorkflow's own serializer."""


def seen(frames: list[Frame]) -> ChainMap[str, Any]:
    """The variables of the frames, the first frame before the later ones."""
    return ChainMap(*frames)


def merged(frames: list[Frame]) -> Frame:
    """The same in one dict; its values are shared with the frames and not to be changed."""
    return dict(seen(frames))


def mapped(mappings: tuple[Assignment, ...], frames: list[Frame], env: feel.Environment) -> Frame:
    """The targets of the mappings with their values as JSON; later mappings see earlier targets."""
    targets: Frame = {}
    view = seen([targets, *frames])
    for mapping in mappings:
        value = feel.to_json(mapping.source.get(view, env))
        name, *path = mapping.target
        targets[name] = _placed(view.get(name), path, value) if path else value
    return targets


def _placed(context: Any, path: list[str], value: Any) -> Frame:
    """A copy of the context with the value at the path."""
    result: Frame = feel.to_json(context) if isinstance(context, dict) else {}
    name, *rest = path
    result[name] = _placed(result.get(name), rest, value) if rest else value
    return result


def write(frames: list[Frame], values: Frame) -> None:
    """Write each value to the innermost frame that has its name, else to the outermost, the root."""
    for name, value in values.items():
        for frame in frames:
            if name in frame:
                frame[name] = value
                break
        else:
            frames[-1][name] = value


def checked(values: Mapping[str, Any] | None) -> Frame:
    """A copy of the values after making sure they are JSON and cannot harm the state.

    Raises Invalid naming every fault.
    """
    faults: list[FieldError] = []
    if large := _too_large(dict(values or {})):
        raise Invalid(msg("The variables cannot be taken."), [large])
    result = _json(dict(values or {}), "", faults, 0)
    if faults:
        raise Invalid(msg("The variables cannot be taken."), faults)
    return dict(result)


def _too_large(values: Frame) -> FieldError | None:
    """The variable with which there are more parts than can be taken; none is copied to find out."""
    left = MOST_PARTS
    for name, value in values.items():
        todo = [value]
        while todo:
            part = todo.pop()
            if isinstance(part, dict | list | tuple):
                left -= len(part)
                if left < 0:
                    return FieldError(str(name), msg("has more than %(most)s parts", most=MOST_PARTS))
                todo.extend(part.values() if isinstance(part, dict) else part)
    return None


def _json(value: Any, path: str, faults: list[FieldError], depth: int) -> Any:
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if depth > MAX_NESTING:
        faults.append(FieldError(path, msg("is nested too deeply")))
    elif isinstance(value, dict):
        return {
            key: _json(part, _join(path, key), faults, depth + 1) for key, part in _keys(value, path, faults)
        }
    elif isinstance(value, list | tuple):
        return [_json(part, f"{path}[{at}]", faults, depth + 1) for at, part in enumerate(value)]
    else:
        faults.append(FieldError(path, msg("%(type)s is no JSON value", type=type(value).__name__)))
    return None


def _keys(value: dict[Any, Any], path: str, faults: list[FieldError]) -> Iterator[tuple[str, Any]]:
    for key, part in value.items():
        if not isinstance(key, str):
            faults.append(FieldError(path, msg("%(key)s is no name", key=repr(key))))
        elif key == FORBIDDEN_KEY:
            faults.append(FieldError(_join(path, key), msg("the name %(key)s is reserved", key=key)))
        else:
            yield key, part


def _join(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
