"""Simple JUEL (``${amount > 10 && !closed}``) and simple Python comparisons, rewritten as FEEL.

Only what means the same in FEEL is translated: literals, variables and paths, constant keys and indexes,
comparisons, and/or/not, membership, arithmetic, the conditional, and of calls ``execution.getVariable("x")``
and ``x.equals(y)``. Other calls, assignments and everything else give None, and the designer is asked.
Nothing is ever evaluated here.
"""

import re

from engine.bpmn.precedence import COMPARISONS, FOREIGN, LOGIC, PLAIN, Parser, Untranslatable

_RETURN = re.compile(r"^\s*return\b(.*?);?\s*$", re.DOTALL)
_JUEL = re.compile(r"^\s*[$#]\{(.*)\}\s*$", re.DOTALL)
_JUEL_WORDS = {
    **LOGIC,
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "gt": ">",
    "le": "<=",
    "ge": ">=",
    "div": "/",
}
_JUEL_FOREIGN = FOREIGN | {"if", "else", "is"}
_VARIABLES = ("execution.getVariable", "execution.getVariableLocal", "getVariable")
MAX_LENGTH = 500


def is_juel(text: str) -> bool:
    """Whether a text is written as one JUEL expression, ``${…}`` or ``#{…}``."""
    return bool(_JUEL.match(text))


def juel(text: str) -> str | None:
    """``${…}`` as FEEL with its leading "=", or None when it does not translate."""
    found = _JUEL.match(text)
    return _feel(found.group(1), _Juel) if found else None


def java(text: str) -> str | None:
    """``return …;`` as jBPM writes a condition, as FEEL with its leading "=", or None when it does not
    translate or is none.
    """
    found = _RETURN.match(text)
    return _feel(found.group(1), _Juel) if found else None


def python(text: str) -> str | None:
    """A Python comparison as FEEL with its leading "=", or None when it does not translate."""
    return None if text.lstrip().startswith("=") else _feel(text, _Python)


def _feel(text: str, language: type[Parser]) -> str | None:
    if len(text) > MAX_LENGTH:
        return None
    try:
        parser = language(language.tokens(text))
        result = parser.conditional()
        parser.end()
    except Untranslatable:
        return None
    return f"= {result}"


class _Juel(Parser):
    words = _JUEL_WORDS
    foreign = _JUEL_FOREIGN

    def _choice(self) -> str:
        test = self._either()
        if self._take("?"):
            yes = self.conditional()
            self._need(":")
            test = f"if {test} then {yes} else {self.conditional()}"
        return test

    def _negated(self) -> str:
        return self._comparison()

    def _unary(self) -> str:
        if self._take("!"):
            # "!" binds tighter than a comparison; with one behind it, few mean what they wrote.
            operand = self._unary()
            if self._peek()[1] in COMPARISONS:
                raise Untranslatable
            return f"not({operand})"
        if self._peek() == ("name", "empty"):
            self._at += 1
            operand = self._steps(self._primary())
            return f'({operand} = null or {operand} = "" or {operand} = [])'
        return super()._unary()

    def _named(self, name: str) -> str:
        if self._peek()[1] != "(":
            return super()._named(name)
        self._need("(")
        if name in _VARIABLES:
            kind, value = self._next()
            if kind != "text" or not PLAIN.fullmatch(value[1:-1]):
                raise Untranslatable
            found = value[1:-1]
        elif name.endswith(".equals"):
            found = f"({name.removesuffix('.equals')} = {self.conditional()})"
        else:
            raise Untranslatable
        self._need(")")
        return found


class _Python(Parser):
    def _choice(self) -> str:
        value = self._either()
        if self._peek() == ("name", "if"):
            self._at += 1
            test = self._either()
            if self._next() != ("name", "else"):
                raise Untranslatable
            return f"if {test} then {value} else {self.conditional()}"
        return value

    def _negated(self) -> str:
        """Python's "not" binds looser than a comparison."""
        return f"not({self._negated()})" if self._take("!") else self._comparison()

    def _comparison(self) -> str:
        """``a < b < c`` is both at once; ``is`` compares with None only."""
        left = self._sum()
        parts = []
        while (found := self._compared(left)) is not None:
            text, left = found
            parts.append(text)
        return " and ".join(parts) if parts else left

    def _compared(self, left: str) -> tuple[str, str] | None:
        kind, value = self._peek()
        if (kind, value) == ("name", "is"):
            self._at += 1
            sign = "!=" if self._take("!") else "="
            if self._next() != ("name", "None"):
                raise Untranslatable
            return f"{left} {sign} null", "null"
        if (kind, value) == ("operator", "!") and self._tokens[self._at + 1 : self._at + 2] == [
            ("name", "in")
        ]:
            self._at += 2
            right = self._sum()
            return f"not(list contains({right}, {left}))", right
        if (kind, value) == ("name", "in"):
            self._at += 1
            right = self._sum()
            return f"list contains({right}, {left})", right
        if kind == "operator" and value in COMPARISONS:
            self._at += 1
            right = self._sum()
            return f"{left} {COMPARISONS[value]} {right}", right
        return None

    def _named(self, name: str) -> str:
        if name in ("if", "else", "is"):
            raise Untranslatable
        return super()._named(name)

    def _index(self, number: int, *, negative: bool) -> int:
        return -number if negative else number + 1
