"""The state of a run as bytes: live tokens and variables, never the specs.

JSON by orjson, compressed by zstandard at level 3. The format is ours, so no key in a variable can be taken
for anything but data.
"""

import json
from typing import TYPE_CHECKING, Any

import orjson
import zstandard
from SpiffWorkflow.util.task import TaskState

from engine.errors import Conflict, msg
from engine.spiff.workflow import Instance, Space, Subspace, Token

if TYPE_CHECKING:
    from engine.spiff.compile import Compiled

FORMAT = 1
LEVEL = 3
PLAIN, WIDE = b"o", b"j"
MAX_STATE = 64 * 1024 * 1024
"""Bytes a state may unpack to."""


def dump(instance: Instance) -> bytes:
    """The state; the instance is pruned first."""
    state = {
        "format": FORMAT,
        "key": instance.key,
        "start": instance.start,
        "last_id": instance.last_id,
        "ended_at": instance.ended_at,
        "terminated": instance.terminated,
        "root": _space_state(instance),
        "inner": [
            [host, space.spec.name, _space_state(space)] for host, space in instance.subprocesses.items()
        ],
    }
    return zstandard.ZstdCompressor(level=LEVEL).compress(_encoded(state))


def load(compiled: "Compiled", blob: bytes, services: Any) -> Instance:
    """The instance of a state.

    Raises Conflict when the compiled specs lack an element that holds a token, or the format is another's.
    """
    state = _decoded(zstandard.ZstdDecompressor().decompress(blob, max_output_size=MAX_STATE))
    if state.get("format") != FORMAT or state["key"] not in compiled.specs:
        raise Conflict(msg("The state does not belong to this definition."))
    instance = Instance(compiled, state["key"], services, state["start"])
    instance.last_id = state["last_id"]
    instance.ended_at = state["ended_at"]
    instance.terminated = state["terminated"]
    _restore(instance, state["root"])
    for host, spec, inner in state["inner"]:
        if spec not in compiled.specs:
            raise Conflict(msg("The definition has no %(element)s any more.", element=spec))
        space = Subspace(compiled.specs[spec], host, instance)
        instance.subprocesses[host] = space
        _restore(space, inner)
    return instance


def _space_state(space: Space) -> dict[str, Any]:
    return {
        "data": space.data,
        "done": space.done,
        "closing": space.closing,
        "completed": space.completed,
        "root": space.task_tree.id,
        "tokens": [
            [token.id, token.task_spec.name, token._parent, token.state, token.internal_data]
            for token in space.tasks.values()
        ],
    }


def _restore(space: Space, state: dict[str, Any]) -> None:
    space.data = state["data"]
    space.done = state.get("done", [])  # older states have neither
    space.closing = state.get("closing", False)
    space.completed = state["completed"]
    for token_id, name, parent, status, internal in state["tokens"]:
        spec = space.spec.task_specs.get(name)
        if spec is None:
            raise Conflict(msg("The definition has no %(element)s any more.", element=name), element=name)
        token = Token(space, spec, space.tasks.get(parent), state=TaskState.FUTURE, id=token_id)
        token._set_state(status)
        token.internal_data = internal
    space.task_tree = space.tasks[state["root"]]


def _encoded(state: dict[str, Any]) -> bytes:
    try:
        return PLAIN + orjson.dumps(state)
    except TypeError:
        # orjson knows no integers above 64 bits; the standard encoder does.
        return WIDE + json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()


def _decoded(raw: bytes) -> dict[str, Any]:
    state: dict[str, Any] = (json if raw[:1] == WIDE else orjson).loads(raw[1:])
    return state
