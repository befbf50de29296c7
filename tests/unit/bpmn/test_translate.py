"""JUEL and Python comparisons as FEEL: what is translated means the same, and the rest is left alone."""

import pytest

from engine.bpmn import translate
from engine.bpmn.expressions import Language, read_expression


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("${approved}", "= approved"),
        ("#{approved}", "= approved"),
        ("${!approved}", "= not(approved)"),
        ("${not approved}", "= not(approved)"),
        ("${amount > 10 && !closed}", "= amount > 10 and not(closed)"),
        ("${amount ge 10 or kelas eq 'a'}", '= amount >= 10 or kelas = "a"'),
        ('${laporan.kelas == "a"}', '= laporan.kelas = "a"'),
        ("${(a + 2) * 3 != b}", "= (a + 2) * 3 != b"),
        ("${empty daftar}", '= (daftar = null or daftar = "" or daftar = [])'),
        ("${a ? b : c}", "= if a then b else c"),
        ("${nama == 'O\\'Neil'}", '= nama = "O\'Neil"'),
        (
            "${not empty daftar && !(a == b)}",
            '= not((daftar = null or daftar = "" or daftar = [])) and not((a = b))',
        ),
        ("${execution.getVariable('kelas') == 'a'}", '= kelas = "a"'),
        ("${status.equals('baru')}", '= (status = "baru")'),
        ("${!status.equals(lama)}", "= not((status = lama))"),
        ("${daftar[0] == peta['kunci']}", "= daftar[1] = peta.kunci"),
    ],
)
def test_juel(text: str, wanted: str) -> None:
    assert translate.juel(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "${a.b()}",
        "${list[i]}",
        "${list[-1]}",
        "${peta['a b']}",
        "${execution.getVariable(nama)}",
        "${execution.setVariable('x', 1)}",
        "${a is None}",
        "${a if b else c}",
        "${dateTime().plusWeeks(1).toDate()}",
        "${a = 1}",
        "${a; b}",
        "${a == 'x}",
        "${!a == b}",
        "${a",
        "a > 1",
        "${" + "(" * 100 + "a" + ")" * 100 + "}",
        "${" + "a && " * 200 + "a}",
    ],
)
def test_juel_that_is_left_alone(text: str) -> None:
    assert translate.juel(text) is None


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('path == "Path C"', '= path = "Path C"'),
        ("x in ['a', 'b']", '= list contains(["a", "b"], x)'),
        ("done and not late or x != None", "= done and not(late) or x != null"),
        ("flag == True", "= flag = true"),
        ("-x + 3 >= 2.5", "= -x + 3 >= 2.5"),
        ("x is None or y is not None", "= x = null or y != null"),
        ("not a == b and c", "= not(a = b) and c"),
        ("not not a", "= not(not(a))"),
        ("x not in ['a']", '= not(list contains(["a"], x))'),
        ("1 < x <= 10", "= 1 < x and x <= 10"),
        ("x if y > 1 else z", "= if y > 1 then x else z"),
        ("laporan['kelas'] == daftar[0]", "= laporan.kelas = daftar[1]"),
        ("daftar[-1] == 'x'", '= daftar[-1] = "x"'),
        ("lt == 1", "= lt = 1"),
    ],
)
def test_python(text: str, wanted: str) -> None:
    assert translate.python(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "len(x) > 1",
        "x.equals('a')",
        "a is b",
        "x if y",
        "x['a'](1)",
        "daftar[i]",
        "__import__('os').system('id')",
        "lambda: 1",
        "().__class__",
        "f'{x}' == 'a'",
        "a == 1; b == 2",
        "== 3",
    ],
)
def test_python_that_is_left_alone(text: str) -> None:
    assert translate.python(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ('= kelas = "a"', Language.FEEL),
        ('kelas = "a"', Language.FEEL),
        ("true", Language.FEEL),
        ("list contains(daftar, x)", Language.FEEL),
        ("kelas == 'a'", Language.TRANSLATED),
        ("${a}", Language.TRANSLATED),
        ("1 < x <= 5 or y", Language.TRANSLATED),
        ("1 < x and x <= 5", Language.FEEL),
        ("bpmn:getDataObject('a') = 'ya'", Language.TRANSLATED),
        ("not(bpmn:getDataObject('lengkap')) and getDataObject(\"n\") > 3", Language.TRANSLATED),
        ("bpmn:getDataProperty('a', 'b')", Language.UNKNOWN),
        ("Disetujui", Language.UNKNOWN),
        ("lengkap dan berwenang", Language.UNKNOWN),
        ("= a +", Language.UNKNOWN),
        ("", Language.UNKNOWN),
        ("=", Language.UNKNOWN),
    ],
)
def test_what_language_a_text_is(text: str, language: Language) -> None:
    assert read_expression(text).language == language


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("return setuju == true;", "= setuju = true"),
        (' return !tolak && kelas.equals("a") ; ', '= not(tolak) and (kelas = "a")'),
        ("return KieFunctions.isTrue(x);", ""),
        ("returned == 1", "= returned = 1"),
    ],
)
def test_conditions_of_jbpm(text: str, wanted: str) -> None:
    assert read_expression(text).feel == wanted
