"""What expressions are worth. Each row is an expression and the expression of its value."""

from typing import Any

import pytest

from engine import feel

ROWS = """
1 + 2 * 3                                       | 7
(1 + 2) * 3                                     | 9
2 ** 3 ** 2                                     | 64
-2 ** 2                                         | 4
10 - 4 - 3                                      | 3
0.1 + 0.2                                       | 0.3
1 / 3 * 3 = 1                                   | false
1 / 0                                           | null
"a" + "b"                                       | "ab"
"a" + 1                                         | null
1 + null                                        | null
true and null                                   | null
false and null                                  | false
true or null                                    | true
false or null                                   | null
1 and true                                      | null
not(null)                                       | null
not(false)                                      | true
null = null                                     | true
1 = null                                        | false
1 = "1"                                         | null
1 != 2                                          | true
"a" < "b"                                       | true
1 < "b"                                         | null
[1, [2, 3]] = [1, [2, 3]]                       | true
{a: 1, b: 2} = {b: 2, a: 1}                     | true
if 1 = 1 then "ya" else "tidak"                 | "ya"
if null then 1 else 2                           | 2
if false then 1 else if true then 2 else 3      | 2
5 in [1..10]                                    | true
5 in (5..10)                                    | false
10 in [1..10)                                   | false
10 in [1..10[                                   | false
5 in ]5..10]                                    | false
5 in (1, 2, > 4)                                | true
5 in [1, 2, 5]                                  | true
5 in null                                       | null
5 between 5 and 6                               | true
"b" in ["a".."c"]                               | true
[1, 2, 3][2]                                    | 2
[1, 2, 3][-1]                                   | 3
[1, 2, 3][4]                                    | null
[1, 2, 3][item > 1]                             | [2, 3]
[1, null, 3][item != null][1]                   | 1
[{a: 1, b: 2}, {a: 3, b: 4}][a > 1].b           | [4]
[{a: 1}, {a: 2}].a                              | [1, 2]
7[1]                                            | 7
{a: 1, b: a + 1}.b                              | 2
{"dua kata": 1, c: dua kata + 1}.c              | 2
{jumlah orang: 2}.jumlah orang                  | 2
for i in 1..3 return i * i                      | [1, 4, 9]
for i in 3..1 return i                          | [3, 2, 1]
for i in [1..3] return i                        | [1, 2, 3]
for i in [1, 2], j in [i..2] return i * j       | [1, 2, 4]
for i in 1..4 return if i = 1 then 1 else i * partial[-1] | [1, 2, 6, 24]
some x in [1, 2] satisfies x > 1                | true
every x in [1, 2] satisfies x > 1               | false
some x in [null] satisfies x > 1                | null
every x in [] satisfies x > 1                   | true
(function(a, b) a - b)(5, 3)                    | 2
{f: function(n: number) n + 1, r: f("x")}.r     | null
{f: function(n) if n = 0 then 1 else n * f(n - 1), r: f(5)}.r | 120
sort([3, 1, 2])                                 | [1, 2, 3]
sort([3, 1, 2], function(x, y) x > y)           | [3, 2, 1]
substring(string: "laporan", start position: 5) | "ran"
substring(start position: 2, string: "abc", length: 1) | "b"
substring(text: "laporan")                      | null
1 instance of number                            | true
"1" instance of number                          | false
[1, "a"] instance of list<number>               | false
[1, 2] instance of list<number>                 | true
{a: 1} instance of context<a: number>           | true
[1..2] instance of range<number>                | true
null instance of Any                            | false
@"2026-03-02" instance of date                  | true
max = max                                       | true
count([1, 2])                                   | 2
sum([1, 2, 3])                                  | 6
sum([])                                         | null
min(3, 1, 2)                                    | 1
max(["a", "c", "b"])                            | "c"
mean([1, 2, 3, 4])                              | 2.5
median([8, 2, 5, 3, 4])                         | 4
mode([6, 3, 9, 6, 6, 3, 3])                     | [3, 6]
stddev([2, 4, 7, 5]) > 2.08                     | true
product([2, 3, 4])                              | 24
all([true, null])                               | null
any([false, true, null])                        | true
list contains([1, null], null)                  | true
sublist([1, 2, 3], -2, 1)                       | [2]
append([1], 2, 3)                               | [1, 2, 3]
concatenate([1], [2], 3)                        | [1, 2, 3]
insert before([1, 3], 2, 2)                     | [1, 2, 3]
remove([1, 2, 3], -1)                           | [1, 2]
list replace([1, 2, 3], 2, 9)                   | [1, 9, 3]
list replace([1, 2, 3], function(item, new) item > 1, 9) | [1, 9, 9]
reverse([1, 2])                                 | [2, 1]
index of([1, 2, 1], 1)                          | [1, 3]
union([1, 2], [2, 3])                           | [1, 2, 3]
distinct values([1, "1", 1.0, [1], [1], null])  | [1, "1", [1], null]
duplicate values([1, 2, 1, 1])                  | [1]
flatten([[1, [2]], 3])                          | [1, 2, 3]
string join(["a", null, "b"], ", ")             | "a, b"
string join(["a", 1])                           | null
contains("pungutan", "gut")                     | true
starts with("MA-1", "MA")                       | true
ends with("a.pdf", ".pdf")                      | true
upper case("aß")                                | "ASS"
substring before("a@b", "@")                    | "a"
substring after("a@b", "@")                     | "b"
string length("🐎")                             | 1
string(1.50)                                    | "1.5"
string([1, "a", null])                          | "[1, \\"a\\", null]"
string(null)                                    | null
number("1.234,5", ".", ",")                     | 1234.5
number("1,5")                                   | null
number("x")                                     | null
decimal(2.5, 0)                                 | 2
floor(-1.5)                                     | -2
ceiling(-1.5)                                   | -1
round up(5.5, 0)                                | 6
round down(-5.5, 0)                             | -5
round half up(5.55, 1)                          | 5.6
round half down(5.5, 0)                         | 5
abs(-3)                                         | 3
abs(duration("-P1D"))                           | duration("P1D")
modulo(-12, 5)                                  | 3
sqrt(16)                                        | 4
sqrt(-1)                                        | null
odd(3)                                          | true
even(1.5)                                       | null
get value({a: 1}, "a")                          | 1
get entries({a: 1})                             | [{key: "a", value: 1}]
context([{key: "a", value: 1}])                 | {a: 1}
context put({a: 1}, "b", 2)                     | {a: 1, b: 2}
context put({a: {b: 1}}, ["a", "c"], 2)         | {a: {b: 1, c: 2}}
context merge([{a: 1, b: 1}, {b: 2}])           | {a: 1, b: 2}
before(1, [2..3])                               | true
overlaps([1..5], [5..8])                        | true
overlaps([1..5), [5..8])                        | false
during(2, [1..3])                               | true
range("[1..3]")                                 | [1..3]
range("[1..x]")                                 | null
[1..3].start included                           | true
is(1, 1.0)                                      | true
get or else(null, 2)                            | 2
tidak ada(3)                                    | null
"a" // catatan sampai akhir baris               | "a"
1 /* sela */ + 1                                | 2
"\\u0041\\n"                                    | "A\\n"
@"P1D" + @"PT1H"                                | @"P1DT1H"
"""


@pytest.mark.parametrize("row", [row for row in ROWS.strip().splitlines()])
def test_an_expression_is_worth_what_the_standard_says(row: str, env: feel.Environment) -> None:
    text, _, expected = (part.strip() for part in row.rpartition(" | "))
    assert feel.literal(feel.parse(text).evaluate({}, env)) == feel.literal(
        feel.parse(expected).evaluate({}, env)
    )


def test_variables_are_json_and_a_leading_sign_is_dropped(value: Any) -> None:
    assert value('= kelas = "berkadar" and amount > 10', kelas="berkadar", amount=12.5) is True
    assert value("= count(unit_terkait) > 1", unit_terkait=("a", "b")) is True
    assert value("= not(laporan.rahasia = true)", laporan={"rahasia": None}) is True


def test_an_unknown_variable_is_null_unless_the_environment_says_otherwise(env: feel.Environment) -> None:
    expression = feel.parse("tak_dikenal")
    assert expression.evaluate({}, env) is None
    strict = feel.Environment(now=env.now, zone=env.zone, missing="error")
    with pytest.raises(feel.FeelError, match="tak_dikenal"):
        expression.evaluate({}, strict)
    assert expression.evaluate({"tak_dikenal": None}, strict) is None


def test_numbers_have_34_digits(value: Any) -> None:
    assert feel.literal(value("1 / 3")) == "0." + "3" * 34
    assert value("1e6144 * 10") is None
    assert value("9007199254740993 - 9007199254740992") == 1


def test_functions_of_the_environment_have_names_with_spaces(env: feel.Environment) -> None:
    calls: list[Any] = []

    def working_days(count: Any) -> str:
        calls.append(count)
        return "due"

    own = feel.Environment(
        now=env.now,
        zone=env.zone,
        functions={"hari kerja": working_days, "hitung denda baru": lambda a, b: a},
    )
    assert feel.parse("= hari kerja(batas + 1)").evaluate({"batas": 2}, own) == "due"
    assert calls == [3]
    assert feel.parse("hitung denda baru(1, 2)").evaluate({}, own) == 1
    assert feel.parse("hari kerja()").evaluate({}, own) is None
    assert feel.parse("hari kerja(1)").evaluate({}, env) is None


def test_an_error_inside_a_function_of_the_environment_is_not_hidden(env: feel.Environment) -> None:
    def broken(count: Any) -> Any:
        return count + None

    own = feel.Environment(now=env.now, zone=env.zone, functions={"working days": broken})
    with pytest.raises(TypeError):
        feel.parse("working days(1)").evaluate({}, own)


def test_functions_made_in_a_loop_keep_their_own_values(value: Any) -> None:
    assert value("for f in (for i in 1..3 return function() i) return f()") == [1, 2, 3]


def test_evaluation_leaves_the_variables_alone(value: Any) -> None:
    given = {"daftar": [1, {"a": 1}]}
    value("append(daftar, 2)", **given)
    assert given == {"daftar": [1, {"a": 1}]}
