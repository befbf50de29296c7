"""Expressions and unary tests, ready to run: the door of the language."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from engine.errors import msg
from engine.feel.compare import matches
from engine.feel.compiler import Compiler
from engine.feel.errors import FeelError, FeelLimitError
from engine.feel.parser import Parser
from engine.feel.runtime import Closure, Environment, Frame, Run
from engine.feel.tree import (
    Between,
    Bound,
    Call,
    Comparison,
    In,
    InstanceOf,
    Literal,
    Logic,
    Node,
    Quantified,
)
from engine.feel.types import Declared
from engine.feel.values import MAX_DEPTH, from_json

_MISSING = object()


class Expression:
    """A compiled expression.

    ``text`` is its text without the leading ``=``; ``names`` its free variables; ``filter_names`` those of
    them that stand only inside filters, where they may be keys of the items; ``functions`` what it calls
    by name; ``reads`` everything it looks up in the context, functions included. ``tree`` is what the parser
    made of it.
    """

    __slots__ = ("_run", "filter_names", "functions", "names", "reads", "text", "tree")

    def __init__(self, text: str, tree: Node, compiler: Compiler) -> None:
        self.text = text.strip()
        self.tree = tree
        self._run = compiler.compile(tree)
        self.names = frozenset(compiler.free | compiler.filtered)
        self.filter_names = frozenset(compiler.filtered - compiler.free)
        self.functions = frozenset(compiler.called)
        self.reads = self.names | compiler.callees

    def evaluate(self, context: Mapping[str, Any], env: Environment) -> Any:
        """The value with these variables (JSON or FEEL values); what cannot be computed is null.

        Raises FeelLimitError when it takes too many steps, and FeelError for an unknown variable
        in an environment that says so.
        """
        values: dict[str, Any] = {}
        for name in self.reads:
            value = context.get(name, _MISSING)
            if value is not _MISSING:
                values[name] = value if type(value) is str else from_json(value)
            elif env.missing == "error" and name in self.names - self.filter_names:
                raise FeelError(msg("The variable %(name)s is unknown.", name=name))
        return guarded(self._run, Frame(values, None, Run(env)))

    def closure(self) -> Closure:
        """The bare function of a frame, for those who keep frames themselves (decision models)."""
        return self._run

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"


MAX_PARTS = 200_000


def guarded(work: Callable[[Frame], Any], frame: Frame) -> Any:
    """Run; the interpreter's own limits count as ours, and the value must be of bearable size."""
    try:
        value = work(frame)
        if type(value) in (list, dict):
            _measure(value)
        return value
    except RecursionError as error:
        raise FeelLimitError(msg("The expression is nested too deeply to be computed.")) from error
    except (ArithmeticError, ValueError) as error:
        raise FeelError(msg("The expression cannot be computed: %(why)s", why=str(error))) from error


def _measure(value: Any) -> None:
    """Refuse a value that is huge when written out, though it may be small here: ``[a, a]`` holds a once."""
    left = MAX_PARTS
    open_ones: list[tuple[Any, int]] = [(value, 0)]
    while open_ones:
        part, depth = open_ones.pop()
        if type(part) in (list, dict):
            inside = part.values() if type(part) is dict else part
            left -= len(part)
            if left < 0 or depth > MAX_DEPTH:
                raise FeelLimitError(
                    msg("The value is too large: more than %(limit)s parts.", limit=MAX_PARTS)
                )
            open_ones.extend((one, depth + 1) for one in inside)
        elif type(part) is str:
            left -= len(part) // 20
            if left < 0:
                raise FeelLimitError(
                    msg("The value is too large: more than %(limit)s parts.", limit=MAX_PARTS)
                )


class UnaryTests:
    """The tests of one cell of a decision table, read as in the standard's section 8.3.3."""

    __slots__ = (
        "_tests",
        "_texts",
        "always",
        "filter_names",
        "functions",
        "names",
        "negated",
        "reads",
        "text",
    )

    def __init__(self, text: str, negated: bool, tests: tuple[Node, ...], compiler: Compiler) -> None:
        self.text = text.strip()
        self.negated = negated
        self.always = not tests
        self._texts = _texts(tests)
        with compiler.scope("?"):
            self._tests = [_compile_test(test, compiler) for test in tests]
        self.names = frozenset(compiler.free | compiler.filtered)
        self.filter_names = frozenset(compiler.filtered - compiler.free)
        self.functions = frozenset(compiler.called)
        self.reads = self.names | compiler.callees

    def matches(self, value: Any, context: Mapping[str, Any], env: Environment) -> bool:
        """Whether the value passes; ``?`` in the tests is the value."""
        if self.always:
            return True
        values = {name: from_json(context[name]) for name in self.reads if name in context}
        frame = Frame(values, None, Run(env))
        return bool(guarded(lambda frame: self.test(from_json(value), frame), frame))

    def test(self, value: Any, frame: Frame) -> bool:
        """The same with a FEEL value and a frame of one's own."""
        if self.always:
            return True
        if self._texts is not None:
            return (type(value) is str and value in self._texts) is not self.negated
        inner = Frame({"?": value}, frame, frame.run)
        unknown = False
        for test in self._tests:
            result = test(value, inner)
            if result is True:
                return not self.negated
            unknown = unknown or result is None
        return self.negated and not unknown

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"


def _texts(tests: tuple[Node, ...]) -> frozenset[str] | None:
    """The texts of a cell that lists nothing else, as most cells do: found without computing anything."""
    texts = [test.value for test in tests if isinstance(test, Literal) and type(test.value) is str]
    return frozenset(texts) if len(texts) == len(tests) else None


_CONDITIONS = (Comparison, Between, In, InstanceOf, Logic, Quantified, Call)


def _compile_test(node: Node, compiler: Compiler) -> Callable[[Any, Frame], bool | None]:
    """A test that speaks of ``?`` is a condition; any other value is compared with the input.

    A condition without ``?`` (``limit > 3``) also counts when it is true, unless the input is a boolean
    itself: then it is compared like any value.
    """
    closure, reads_input = compiler.compile_noting(node, "?")
    if reads_input and not isinstance(node, Bound):
        return lambda value, frame: _condition(closure(frame), value, frame)
    is_condition = isinstance(node, _CONDITIONS)

    def test(value: Any, frame: Frame) -> bool | None:
        expected = closure(frame)
        if is_condition and expected is True and type(value) is not bool:
            return True
        return _passes(value, expected, frame)

    return test


def _condition(result: Any, value: Any, frame: Frame) -> bool | None:
    if result is None or type(result) is bool:
        return result
    return _passes(value, result, frame)


def _passes(value: Any, expected: Any, frame: Frame) -> bool | None:
    """Equality is decided also between kinds (a text is not the number), order is not."""
    result = matches(value, expected, frame.run)
    if result is None and (value is None or expected is None or type(value) is not type(expected)):
        return False
    return result


@lru_cache(maxsize=2048)
def _parse(text: str, names: frozenset[str]) -> Expression:
    return build(text, names)


def build(text: str, names: Iterable[str], types: Mapping[str, Declared] | None = None) -> Expression:
    """Parse without the cache, with the declared types of a model."""
    declared = frozenset(names)
    return _guard(
        lambda: Expression(text, Parser(text, declared).whole(), Compiler(types, declared)),
    )


def _guard(make: Callable[[], Any]) -> Any:
    try:
        return make()
    except RecursionError as error:
        raise FeelLimitError(msg("The expression is nested too deeply to be computed.")) from error


def parse(text: str, names: Iterable[str] = ()) -> Expression:
    """The expression of a text, with or without a leading ``=``; names with spaces must be given.

    Raises FeelSyntaxError, whose position counts in the text as given, or FeelLimitError.
    """
    body = text.lstrip()
    if not body.startswith("="):
        return _parse(text, frozenset(names))
    # The sign becomes a blank, so that positions stay those of the text given.
    cut = len(text) - len(body)
    return _parse(text[:cut] + " " + body[1:], frozenset(names))


@lru_cache(maxsize=2048)
def _parse_unary(text: str, names: frozenset[str]) -> UnaryTests:
    return build_unary(text, names)


def build_unary(text: str, names: Iterable[str], types: Mapping[str, Declared] | None = None) -> UnaryTests:
    """Parse without the cache, with the declared types of a model."""
    declared = frozenset(names)
    return _guard(lambda: UnaryTests(text, *Parser(text, declared).unary_tests(), Compiler(types, declared)))


def parse_unary(text: str, names: Iterable[str] = ()) -> UnaryTests:
    """The tests of a cell: ``"a","b"``, ``not("a")``, ``> 10``, ``[1..10]``, ``-``, ``? > 3``."""
    return _parse_unary(text, frozenset(names))


NOWHERE = Environment(now=datetime(1970, 1, 1, tzinfo=UTC), zone=UTC, steps=1000)
"""For what reads neither the clock nor variables."""


def constant(text: str) -> Any:
    """The value of an expression that reads nothing; raises FeelError for one that does."""
    expression = parse(text)
    if expression.names or expression.functions - _MAKERS:
        raise FeelError(msg("Only a constant is allowed here."))
    return expression.evaluate({}, NOWHERE)


_MAKERS = frozenset({"date", "time", "date and time", "duration"})
