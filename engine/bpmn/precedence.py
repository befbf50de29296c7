"""A small precedence parser that writes FEEL: what JUEL and Python comparisons have in common."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?![\w.]))
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<operator>==|!=|<=|>=|&&|\|\||[<>!+\-*/()\[\],?:])
    )""",
    re.VERBOSE,
)
LOGIC = {"and": "&&", "or": "||", "not": "!"}
COMPARISONS = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
# Words that open something neither language has in common with FEEL.
FOREIGN = frozenset({"for", "lambda", "instanceof", "mod", "await", "yield", "import"})
PLAIN = re.compile(r"[A-Za-z_]\w*")
_CONSTANTS = {"True": "true", "False": "false", "None": "null"}
MAX_NESTING = 40


class Untranslatable(Exception):
    """The text is outside the small common language."""


class Parser(ABC):
    """Precedence: conditional, or, and, comparison, sum, product, unary, primary."""

    words: Mapping[str, str] = LOGIC
    foreign: frozenset[str] = FOREIGN

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @classmethod
    def tokens(cls, text: str) -> list[tuple[str, str]]:
        """The kinds and texts of the tokens; words of the language are operators."""
        found: list[tuple[str, str]] = []
        position, text = 0, text.rstrip()
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                raise Untranslatable
            position = match.end()
            kind = match.lastgroup or ""
            value = match.group(kind)
            if kind == "name" and value in cls.words:
                kind, value = "operator", cls.words[value]
            if kind == "name" and value in cls.foreign:
                raise Untranslatable
            found.append((kind, value))
        return found

    def end(self) -> None:
        if self._at != len(self._tokens):
            raise Untranslatable

    def conditional(self) -> str:
        self._depth += 1
        if self._depth > MAX_NESTING:
            raise Untranslatable
        text = self._choice()
        self._depth -= 1
        return text

    @abstractmethod
    def _choice(self) -> str:
        """The conditional, as the language writes it."""

    @abstractmethod
    def _negated(self) -> str:
        """A comparison, and "not" where it binds looser than one."""

    def _either(self) -> str:
        return self._chain(self._both, {"||": " or "})

    def _both(self) -> str:
        return self._chain(self._negated, {"&&": " and "})

    def _comparison(self) -> str:
        left = self._sum()
        kind, value = self._peek()
        if kind == "name" and value == "in":
            self._at += 1
            return f"list contains({self._sum()}, {left})"
        if kind == "operator" and value in COMPARISONS:
            self._at += 1
            return f"{left} {COMPARISONS[value]} {self._sum()}"
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
        if self._take("-"):
            return f"-{self._unary()}"
        return self._steps(self._primary())

    def _steps(self, text: str) -> str:
        """Constant keys and indexes behind a value; FEEL counts from one, and from the end with a minus."""
        while self._take("["):
            negative = self._take("-")
            kind, value = self._next()
            self._need("]")
            key = value[1:-1]
            if kind == "text" and not negative and PLAIN.fullmatch(key):
                text = f"{text}.{key}"
            elif kind == "number" and value.isdigit():
                text = f"{text}[{self._index(int(value), negative=negative)}]"
            else:
                raise Untranslatable
        return text

    def _index(self, number: int, *, negative: bool) -> int:
        if negative:
            raise Untranslatable
        return number + 1

    def _primary(self) -> str:
        kind, value = self._next()
        if kind == "number":
            return value
        if kind == "text":
            return _text(value)
        if kind == "name" and value not in ("in", "empty"):
            return self._named(value)
        if value == "(":
            inner = self.conditional()
            self._need(")")
            return f"({inner})"
        if value == "[":
            return self._list()
        raise Untranslatable

    def _named(self, name: str) -> str:
        if self._peek()[1] == "(":
            raise Untranslatable
        return _CONSTANTS.get(name, name)

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
            raise Untranslatable


def _text(quoted: str) -> str:
    inner = re.sub(r"\\(['\"])", r"\1", quoted[1:-1])
    return '"' + inner.replace('"', '\\"') + '"'
