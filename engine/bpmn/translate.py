"""Simple JUEL (``${amount > 10 && !closed}``) and simple Python comparisons, rewritten as FEEL.

Only what means the same in FEEL is translated: literals, variables and paths, comparisons, and/or/not,
membership, arithmetic, the conditional. Calls, indexes, assignments and everything else give None, and the
designer is asked. A small precedence parser of its own; nothing is ever evaluated here.
"""

import re
from collections.abc import Callable

_JUEL = re.compile(r"^\s*[$#]\{(.*)\}\s*$", re.DOTALL)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?![\w.]))
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<operator>==|!=|<=|>=|&&|\|\||[<>!+\-*/()\[\],?:])
    )""",
    re.VERBOSE,
)
_WORDS = {
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "and": "&&",
    "or": "||",
    "not": "!",
    "div": "/",
}
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
# Words that open something this translator does not know, in either language.
_FOREIGN = {"if", "else", "for", "lambda", "is", "instanceof", "mod", "await", "yield", "import"}
_COMPARISONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
MAX_LENGTH = 500
MAX_NESTING = 40


class _Untranslatable(Exception):
    """The text is outside the small common language."""


def is_juel(text: str) -> bool:
    """Whether a text is written as one JUEL expression, ``${…}`` or ``#{…}``."""
    return bool(_JUEL.match(text))


def juel(text: str) -> str | None:
    """``${…}`` as FEEL with its leading "=", or None when it does not translate."""
    found = _JUEL.match(text)
    return _feel(found.group(1)) if found else None


def python(text: str) -> str | None:
    """A Python comparison as FEEL with its leading "=", or None when it does not translate."""
    return None if text.lstrip().startswith("=") else _feel(text)


def _feel(text: str) -> str | None:
    if len(text) > MAX_LENGTH:
        return None
    try:
        parser = _Parser(_tokens(text))
        result = parser.conditional()
        parser.end()
    except _Untranslatable:
        return None
    return f"= {result}"


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position, text = 0, text.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise _Untranslatable
        position = match.end()
        kind = match.lastgroup or ""
        value = match.group(kind)
        if kind == "name" and value in _WORDS:
            kind, value = "operator", _WORDS[value]
        if kind == "name" and value in _FOREIGN:
            raise _Untranslatable
        found.append((kind, value))
    return found


class _Parser:
    """Precedence: conditional, or, and, comparison, sum, product, unary, primary."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise _Untranslatable

    def conditional(self) -> str:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise _Untranslatable
        test = self._either()
        if self._take("?"):
            yes = self.conditional()
            self._need(":")
            test = f"if {test} then {yes} else {self.conditional()}"
        self._depth -= 1
        return test

    def _either(self) -> str:
        return self._chain(self._both, {"||": " or "})

    def _both(self) -> str:
        return self._chain(self._comparison, {"&&": " and "})

    def _comparison(self) -> str:
        left = self._sum()
        kind, value = self._peek()
        if kind == "name" and value == "in":
            self._at += 1
            return f"list contains({self._sum()}, {left})"
        if kind == "operator" and value in _COMPARISONS:
            self._at += 1
            left = f"{left} {_COMPARISONS[value]} {self._sum()}"
            if self._peek()[1] in _COMPARISONS:
                raise _Untranslatable  # a < b < c chains in Python only
        return left

    def _sum(self) -> str:
        return self._chain(self._product, {"+": " + ", "-": " - "})

    def _product(self) -> str:
        return self._chain(self._unary, {"*": " * ", "/": " / "})

    def _chain(self, part: Callable[[], str], operators: dict[str, str]) -> str:
        text = part()
        while self._peek()[0] == "operator" and self._peek()[1] in operators:
            sign = operators[self._next()[1]]
            text = f"{text}{sign}{part()}"
        return text

    def _unary(self) -> str:
        if self._take("!"):
            # Python's "not" binds looser than a comparison, JUEL's "!" tighter; only bare operands agree.
            operand = self._unary()
            if self._peek()[1] in _COMPARISONS or self._peek() == ("name", "in"):
                raise _Untranslatable
            return f"not({operand})"
        if self._take("-"):
            return f"-{self._unary()}"
        return self._primary()

    def _primary(self) -> str:
        kind, value = self._next()
        if kind == "number":
            return value
        if kind == "text":
            return _text(value)
        if kind == "name" and value not in ("in", "empty"):
            if self._peek()[1] in ("(", "["):
                raise _Untranslatable
            return _CONSTANTS.get(value, value)
        if kind == "name" and value == "empty":
            operand = self._primary()
            return f'({operand} = null or {operand} = "" or {operand} = [])'
        if value == "(":
            inner = self.conditional()
            self._need(")")
            return f"({inner})"
        if value == "[":
            return self._list()
        raise _Untranslatable

    def _list(self) -> str:
        items = []
        while not self._take("]"):
            items.append(self.conditional())
            if not self._take(","):
                self._need("]")
                break
        return f"[{', '.join(items)}]"

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self._at += 1
        return token

    def _take(self, operator: str) -> bool:
        if self._peek() == ("operator", operator):
            self._at += 1
            return True
        return False

    def _need(self, operator: str) -> None:
        if not self._take(operator):
            raise _Untranslatable


def _text(quoted: str) -> str:
    inner = re.sub(r"\\(['\"])", r"\1", quoted[1:-1])
    return '"' + inner.replace('"', '\\"') + '"'
