"""The stored state: small, flat, whole; specs that no run changes."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from engine import feel, spiff
from engine.spiff.workflow import Instance
from tests.unit.spiff.play import (
    House,
    Player,
    call,
    chain,
    code,
    condition,
    diagram,
    event,
    flows,
    io,
    many,
    message,
    node,
    timer,
    topic,
    user,
)

START_END = node("startEvent", "s") + node("endEvent", "e")


def boundary(name: str, host: str, definition: str, interrupting: bool = True) -> str:
    return node(
        "boundaryEvent", name, definition, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


REWORK = diagram(
    START_END
    + "".join(user(name) for name in "abck")
    + node("parallelGateway", "f")
    + node("parallelGateway", "j")
    + node("exclusiveGateway", "g", default="f_g_e")
    + boundary("t", "a", timer("P3D"), False)
    + node(
        "subProcess",
        "p1",
        node("startEvent", "s1") + user("d") + node("endEvent", "e1") + chain("s1", "d", "e1"),
    )
    + flows("s a", "a f", "f b", "f c", "b j", "c j", "j p1", "p1 g", "g a: lagi", "g e", "t k", "k e")
)
ANSWER = {"catatan": "jalan rusak " * 40, "daftar": list(range(10))}


def rework(player: Player, laps: int) -> tuple[list[int], list[int]]:
    """State sizes and Python calls of each round's last step, with the answers of a real form."""
    sizes, calls = [], []
    for _ in range(laps):
        for name in "abc":
            player.complete(name, **ANSWER)
        counted = 0

        def count(_frame: Any, kind: str, _arg: Any) -> None:
            nonlocal counted
            counted += kind == "call"

        sys.setprofile(count)
        try:
            player.complete("d", lagi=True)
        finally:
            sys.setprofile(None)
        sizes.append(len(player.run.dump()))
        calls.append(counted)
    return sizes, calls


def test_state_and_work_per_step_stay_flat_over_320_rounds():
    sizes, calls = rework(Player(REWORK, reload=True), 320)
    assert max(sizes[4:]) <= 1.2 * sizes[4]
    assert sizes[-1] < 1500
    assert max(calls[4:]) <= 1.2 * calls[4]


def test_an_open_escalation_from_an_early_round_does_not_make_the_state_grow():
    player = Player(REWORK, reload=True)
    player.fire("t")
    sizes, calls = rework(player, 60)
    assert max(sizes[4:]) <= 1.2 * sizes[4] and max(calls[4:]) <= 1.2 * calls[4]
    assert player.waiting() == ["a", "k"]


def test_without_pruning_it_would_grow(monkeypatch: pytest.MonkeyPatch):
    """The proof that the two tests above can fail."""
    monkeypatch.setattr(Instance, "prune", lambda self: None)
    sizes, calls = rework(Player(REWORK, reload=True), 30)
    assert sizes[-1] > 1.5 * sizes[4] and calls[-1] > 2 * calls[4]


def test_saving_and_loading_changes_nothing():
    player = Player(REWORK)
    player.complete("a", **ANSWER)
    blob = player.run.dump()
    again = spiff.Run.load(player.compiled, blob, player.house)
    assert again.dump() == blob
    assert again.waits() == player.run.waits() and again.scopes() == player.run.scopes()
    assert again.variables == player.run.variables and again.events == []


def test_the_specs_are_no_part_of_the_state():
    player = Player(REWORK)
    plain = diagram(START_END + user("a") + chain("s", "a", "e"))
    assert abs(len(player.run.dump()) - len(Player(plain).run.dump())) < 150


RICH = (
    START_END
    + node("parallelGateway", "f")
    + node("inclusiveGateway", "o")
    + node("inclusiveGateway", "oj")
    + user("a")
    + boundary("t", "a", timer("P1D"), False)
    + boundary("m", "a", event("message", "m_x"), False)
    + boundary("q", "a", condition("n > 5"), False)
    + user("k")
    + node(
        "subProcess",
        "sub",
        node("startEvent", "s1")
        + topic("w", "kerja")
        + node("intermediateThrowEvent", "naik", event("escalation", "e_naik"))
        + node("endEvent", "salah", event("error", "e_salah"))
        + chain("s1", "w", "naik", "salah"),
        io({"lokal": "= 1"}),
    )
    + boundary("h1", "sub", event("escalation", "e_naik"), False)
    + boundary("h2", "sub", event("error", "e_salah"))
    + user("u", inner=many("= [1, 2]", "i", "hasil", "= i"))
    + call("c", "q")
    + node("eventBasedGateway", "eg")
    + node("intermediateCatchEvent", "c1", timer("PT1H"))
    + node("intermediateCatchEvent", "c2", event("signal", "g_1"))
    + node("endEvent", "stop", "<bpmn:terminateEventDefinition/>")
    + flows(
        "s f",
        "f a",
        "f sub",
        "f u",
        "f c",
        "f eg",
        "eg c1",
        "eg c2",
        "c1 e",
        "c2 e",
        "a e",
        "t k",
        "m k",
        "q k",
        "k e",
        "sub e",
        "h1 e",
        "h2 o",
        "o e: true",
        "o oj: true",
        "u oj",
        "oj stop",
        "c e",
    )
)
OUTSIDE = (
    message("x", "= nomor")
    + code("escalation", "naik")
    + code("error", "salah")
    + '<bpmn:signal id="g_1" name="g"/>'
)
CALLED = diagram(
    node("startEvent", "qs") + user("qa") + node("endEvent", "qe") + chain("qs", "qa", "qe"), process="q"
)


def play_rich(compiled: spiff.Compiled) -> list[tuple[str, str]]:
    player = Player(diagram(RICH, outside=OUTSIDE), CALLED, reload=True, nomor=1, n=1, step=False)
    player.compiled = compiled
    player.run = spiff.Run.start(compiled, "p", None, {"nomor": 1, "n": 1}, player.house)
    player.step()
    player.deliver("m", n=6)
    player.fire("t")
    player.complete("qa")
    player.deliver("c2")
    player.complete("u")
    player.complete("u")
    player.finish("w")
    assert player.run.done and player.run.ended_at == "stop"
    return [(one.kind, one.element) for one in player.events]


def fingerprint(compiled: spiff.Compiled) -> str:
    """Everything in the shared specs, written out."""

    def plain(value: Any, seen: frozenset[int]) -> Any:
        if isinstance(value, feel.Expression):
            return value.text
        if isinstance(value, dict):
            return {str(key): plain(part, seen) for key, part in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            parts = [plain(part, seen) for part in value]
            return sorted(map(repr, parts)) if isinstance(value, set | frozenset) else parts
        if hasattr(value, "__dict__") and not isinstance(value, type):
            if id(value) in seen:
                return type(value).__name__
            return {key: plain(part, seen | {id(value)}) for key, part in sorted(vars(value).items())}
        return repr(value)

    return repr({key: plain(spec, frozenset()) for key, spec in compiled.specs.items()})


def test_no_run_changes_the_shared_specs():
    compiled = spiff.compile({"p": diagram(RICH, outside=OUTSIDE), "q": CALLED})
    before = fingerprint(compiled)
    assert "kerja" in before and "nomor" in before
    first = play_rich(compiled)
    assert fingerprint(compiled) == before
    assert play_rich(compiled) == first
    compiled.specs["p"].task_specs["a"].boundary = ()
    assert fingerprint(compiled) != before


def test_many_threads_share_one_compilation():
    compiled = spiff.compile({"p": diagram(RICH, outside=OUTSIDE), "q": CALLED})
    expected = play_rich(compiled)
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(4) as pool:
            assert all(found == expected for found in pool.map(lambda _: play_rich(compiled), range(12)))
    finally:
        sys.setswitchinterval(interval)


def test_ids_are_the_same_in_every_play():
    one, two = Player(REWORK), Player(REWORK, house=House())
    for player in (one, two):
        player.complete("a")
    assert one.run.dump() == two.run.dump()
