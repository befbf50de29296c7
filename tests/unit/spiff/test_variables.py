"""Where variables are read and written."""

import pytest

from engine.errors import Invalid
from tests.support.effort import at_most
from tests.unit.spiff.play import Player, chain, diagram, flows, io, node, user

START_END = node("startEvent", "s") + node("endEvent", "e")


def test_input_mappings_are_local_and_submitted_keys_go_outward(play):
    body = (
        START_END
        + user("a", io({"isi": "= laporan.isi", "lagi": '= isi + "!"'}))
        + user("z")
        + chain("s", "a", "z", "e")
    )
    player = play(diagram(body), laporan={"isi": "x"})
    assert player.wait("a").variables == {"isi": "x", "lagi": "x!"}
    player.complete("a", isi="y")
    assert player.data == {"laporan": {"isi": "x"}, "isi": "y"}


def test_output_mappings_are_written_over_what_was_submitted(play):
    mapping = io(
        None, {"terbukti": '= terbukti = "ya"', "arti": '= if terbukti then "A" else "B"', "n": "= n + 1"}
    )
    player = play(diagram(START_END + user("a", mapping) + user("z") + chain("s", "a", "z", "e")), n=1)
    player.complete("a", terbukti="ya", catatan="c")
    assert player.data == {"n": 2, "terbukti": True, "catatan": "c", "arti": "A"}


def test_a_target_may_be_a_path_into_a_context(play):
    mapping = io({"x.y": "= 1"}, {"laporan.kelas": '= "berkadar"', "baru.a.b": "= x.y"})
    player = play(
        diagram(START_END + user("a", mapping) + user("z") + chain("s", "a", "z", "e")), laporan={"isi": 1}
    )
    player.complete("a")
    assert player.data == {"laporan": {"isi": 1, "kelas": "berkadar"}, "baru": {"a": {"b": 1}}}


def test_a_source_without_equals_sign_is_a_text(play):
    player = play(diagram(START_END + user("a", io({"x": "halo dunia"})) + chain("s", "a", "e")))
    assert player.wait("a").variables == {"x": "halo dunia"}


def test_parallel_branches_share_the_scope(play):
    body = (
        START_END
        + node("parallelGateway", "f")
        + user("a")
        + user("b")
        + node("exclusiveGateway", "g", default="f_g_e")
        + user("z")
        + flows("s f", "f a", "f b", "a g", "g z: siap", "g e", "b e", "z e")
    )
    player = play(diagram(body), siap=False)
    player.complete("b", siap=True)
    player.complete("a")
    assert player.waiting() == ["z"]


def test_values_survive_as_they_are(play):
    values = {
        "teks": "é\u0000\u2028",
        "angka": 1.5,
        "besar": 2**80,
        "negatif": -(2**70),
        "kosong": {},
        "daftar": [None, True],
    }
    player = play(diagram(START_END + user("a") + user("z") + chain("s", "a", "z", "e")))
    player.complete("a", **values)
    assert player.data == values


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"typename": 1}, "typename"),
        ({"a": [{"b": {"typename": "UUID", "value": 1}}]}, "a[0].b.typename"),
        ({"a": {1: 2}}, "a"),
        ({"a": {1, 2}}, "a"),
        ({"a": float("nan")}, "a"),
        ({"a": b"x"}, "a"),
    ],
)
def test_values_that_are_no_json_are_refused_and_nothing_has_changed(values, path):
    player = Player(diagram(START_END + user("a") + chain("s", "a", "e")))
    wait = player.wait("a").id
    before = player.run.dump()
    for action in (player.run.complete, player.run.finish, player.run.deliver):
        with pytest.raises(Exception) as refused:
            action(wait, values)
        assert player.run.dump() == before
    with pytest.raises(Invalid) as refused:
        player.run.complete(wait, values)
    assert [fault.key for fault in refused.value.fields] == [path]
    with pytest.raises(Invalid):
        player.run.set_variables(values)
    with pytest.raises(Invalid):
        Player(diagram(START_END + user("a") + chain("s", "a", "e")), **{"x": values})


def test_nesting_has_a_limit():
    deep: dict = {}
    for _ in range(100):
        deep = {"a": deep}
    with pytest.raises(Invalid, match="cannot be taken"):
        Player(diagram(START_END + user("a") + chain("s", "a", "e")), x=deep)


@pytest.mark.parametrize(
    "value", [list(range(1_000_000)), [[0] * 1000] * 300, {"a": {str(n): n for n in range(200_001)}}]
)
def test_what_is_handed_in_has_a_size(value):
    player = Player(diagram(START_END + user("a") + chain("s", "a", "e")))
    with at_most(500_000), pytest.raises(Invalid) as refused:
        player.complete("a", daftar=value)
    assert [field.key for field in refused.value.fields] == ["daftar"]
    assert player.wait("a")
    player.complete("a", daftar=[0] * 199_999)


def test_what_the_caller_keeps_is_not_what_the_run_has():
    mine = {"a": [1]}
    player = Player(diagram(START_END + user("a") + chain("s", "a", "e")), x=mine)
    mine["a"].append(2)
    assert player.data == {"x": {"a": [1]}}


def test_set_variables_at_a_wait_goes_where_the_name_is():
    inside = node("startEvent", "s1") + user("a") + node("endEvent", "e1") + chain("s1", "a", "e1")
    body = START_END + node("subProcess", "b", inside, io({"x": "= 1"})) + chain("s", "b", "e")
    player = Player(diagram(body), y=1)
    player.run.set_variables({"x": 2, "y": 2, "z": 2}, at=player.wait("a").id)
    assert player.run.context(player.wait("a").id) == {"x": 2, "y": 2, "z": 2}
    assert player.data == {"y": 2, "z": 2}


def test_a_called_process_may_correlate_by_the_case_number_it_was_not_given(play):
    from tests.unit.spiff.play import call, event, message

    called = diagram(
        node("startEvent", "qs")
        + node("intermediateCatchEvent", "c", event("message", "m_x"))
        + node("endEvent", "qe")
        + chain("qs", "c", "qe"),
        process="q",
        outside=message("x", "= nomor_laporan"),
    )
    closed = {"propagateAllChildVariables": "false", "propagateAllParentVariables": "false"}
    body = START_END + call("k", "q", **closed) + chain("s", "k", "e")
    player = play(diagram(body), called, nomor_laporan="MA-1")
    assert player.wait("c").key == "MA-1"
    assert player.run.context(player.wait("c").id) == {}
