"""The standard functions one by one: values, nulls for what they cannot take, and their parameters' names."""

import pytest

from engine import feel
from tests.unit.feel.conftest import ENV

# Each line is an expression, an arrow, and what it must equal.
CASES = r"""
modulo(12, 5) → 2
modulo(-12, 5) → 3
modulo(12, -5) → -3
modulo(10.1, -4.5) → -3.4
modulo(dividend: 10, divisor: 4) → 2
modulo(1, 0) → null
modulo("a", 1) → null
median([6, 1, 2, 3]) → 2.5
median(8, 2, 5, 3, 4) → 4
median([]) → null
median([1, null]) → null
mode([6, 1, 9, 6, 1]) → [1, 6]
mode([]) → []
stddev([47]) → null
product(2, 3, 4) → 24
product([]) → null
sum([]) → null
mean(list: [1, 2, 3]) → 2
all([true, null]) → null
all([false, null]) → false
any([true, null]) → true
any([]) → false
min("a", "b") → "a"
max([1, null]) → null
1 between null and 2 → null
"b" between "a" and "c" → true
get value({a: 1}, "b") → null
get value(m: {a: 1}, key: "a") → 1
get value({a: {b: 1}}, ["a", "b"]) → 1
get value([], "a") → null
for i in 3..1 return i → [3, 2, 1]
for i in 0..4 return if i = 0 then 1 else i * partial[-1] → [1, 1, 2, 6, 24]
for i in @"2020-01-01"..@"2020-01-02" return i → [date("2020-01-01"), date("2020-01-02")]
for i in null return i → null
for i in 2..3, j in 1..i return j → [1, 2, 1, 2, 3]
some x in [0, null] satisfies x > 0 → null
every x in [] satisfies x > 0 → true
week of year(date(2005, 1, 1)) → 53
week of year(date: date(2003, 12, 29)) → 1
week of year(null) → null
day of year(date(2019, 9, 17)) → 260
day of week(date(2019, 9, 17)) → "Tuesday"
month of year(date(2019, 9, 17)) → "September"
count(null) → null
count([null]) → 1
substring("foobar", -2, 1) → "a"
substring("foobar", 0) → null
substring("foobar", 3, 0) → null
substring("\U01F40Eab", 2) → "ab"
substring(string: "foobar", start position: 3, length: 3) → "oba"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") → "[1=ab][2=]cd"
replace("a.b.c.", ".", "#", "q") → "a#b#c#"
replace("abracadabra", "a.*?a", "*") → "*c*bra"
replace("foobar", "FOO", "x", "i") → "xbar"
replace("helloworld", "hello world", "X", "x") → "X"
replace("abc", "[", "x") → null
matches("a\nb", "^b", "m") → true
matches("a\nb", "a.b", "s") → true
matches("x", "[a-z-[x]]") → false
matches("é", "\p{L}") → true
matches("abc", "a", "X") → null
split("a;b;;", ";") → ["a", "b", "", ""]
string join(["a", null, "b"], "-") → "a-b"
string join(["a", 1]) → null
string length("\U01F40Eab") → 3
substring after("foo", "") → "foo"
time(11, 22, 33, duration("-PT1H")) → @"11:22:33-01:00"
time(24, 0, 0) → null
time(hour: 11, minute: 59, second: 45, offset: null) → @"11:59:45"
time("23:59:00Z@Europe/Paris") → null
years and months duration(date("2013-08-24"), date("2011-12-22")) → duration("-P1Y8M")
years and months duration(from: date("2014-12-31"), to: date("2019-10-01")) → duration("P4Y9M")
round half up(-1.126, 2) → -1.13
round half down(5.5, 0) → 5
round up(n: -5.5, scale: 0) → -6
round half up(5.5, 6177) → null
decimal(2.5, 0) → 2
abs(@"-PT5H") → @"PT5H"
log(0) → null
context put({x: 1, y: {a: 0}}, ["y", "a"], 2) → {x: 1, y: {a: 2}}
context put({x: 1, y: {a: 0}}, ["y", "a", "b"], 2) → null
context put(context: {}, key: "", value: 1) → {"": 1}
context put({}, [], 1) → null
context merge(contexts: [{x: 1}, {x: 2}]) → {x: 2}
context([{key: "a", value: 1}, {key: "a", value: 2}]) → null
context({key: "a", value: 1}) → {a: 1}
number("1 000 000,01", " ", ",") → 1000000.01
number("1,000", ",", ",") → null
number(from: "1.000,5", grouping separator: ".", decimal separator: ",") → 1000.5
sublist([4, 5, 6], -1) → [6]
insert before([1, 3], -1, 2) → [1, 2, 3]
remove([1, 2, 3], 0) → null
index of([1, null], null) → [2]
distinct values([1, 2, 1, null, null]) → [1, 2, null]
list replace([1, 2, 3], function(item, newItem) item < newItem, 2) → [2, 2, 3]
sort(list: [3, 1], precedes: function(x, y) x < y) → [1, 3]
duration("P1DT2H3M4S").hours → 2
date and time("2017-08-10T11:00:00@Europe/Paris").timezone → "Europe/Paris"
date("2012-01-31") + duration("P1M") → date("2012-02-29")
duration("P1Y") / duration("P1M") → 12
duration("P1Y") + duration("P1D") → null
is(@"23:00:50Z", @"23:00:50+00:00") → true
before([1..5), [5..10]) → true
coincides([1..5], [1..5]) → true
range("[18..21)").end included → false
[1, 2, 3] in ([[1, 2, 3]]) → true
{a: 1, b: 2} instance of context<a: number> → true
[1, "a"] instance of list<number> → false
[1..2] instance of range<number> → true
null instance of Any → false
true and null → null
"x" and false → false
@"-P1D" → duration("-P1D")
@"2019-12-31T11:22:33@Europe/Paris".day → 31
"""


@pytest.mark.parametrize("line", [line for line in CASES.splitlines() if line])
def test_a_function_gives_what_the_standard_says(line: str) -> None:
    text, _, wanted = line.partition(" → ")
    value = feel.parse(text).evaluate({}, ENV)
    expected = feel.parse(wanted).evaluate({}, ENV)
    assert feel.to_string(value) == feel.to_string(expected)
    assert feel.type_name(value) == feel.type_name(expected)
