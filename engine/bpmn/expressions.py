"""Expressions as they stand in uploads: FEEL, Camunda 7's ``${…}``, Python comparisons, or prose.

FEEL is recognised by its leading "=". What has none is taken as FEEL only when it plainly computes something
(a comparison, a call, a literal): a lone word behind a gateway is more often a label than a variable.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine import feel
from engine.bpmn import translate
from engine.errors import Message, msg
from engine.feel import FeelError
from engine.feel.tree import Comparison, Logic

MEND = msg("Mend the expression at this place; `alur feel` tries it.")
"""What to do about FEEL that cannot be read."""
MAX_LENGTH = 2_000
# The functions of the environment are in scope of every expression (contract of engine.feel).
_OPERATOR = re.compile(r"[=<>(\[]|\b(and|or|in|between|instance of)\b")
# BPMN's own function of XPath; the rest of simple conditions is written alike in XPath and in FEEL.
_XPATH = re.compile(r"""\b(?:\w+:)?getDataObject\(\s*(['"])([^\W\d]\w*)\1\s*\)""")
_ORDERS = ("<", "<=", ">", ">=")
_QUOTED = re.compile(r"'([^']*)'")
_CONSTANT = re.compile(r"^(true|false)$")
_WORD = re.compile(r"^[^\W\d]\w*(\.[^\W\d]\w*)*$")


class Language(StrEnum):
    """How a text was read."""

    FEEL = "feel"
    TRANSLATED = "translated"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reading:
    """``feel`` is the expression with its leading "="; empty when the text is not understood, and ``fault``
    then says why when it was meant as FEEL."""

    language: Language
    feel: str = ""
    fault: Message | None = None


def read_expression(text: str) -> Reading:
    """Find out what a text is, without evaluating anything."""
    text = text.strip()
    if text.startswith("=") and not text.startswith("=="):
        fault = feel_fault(text)
        return Reading(Language.UNKNOWN, "", fault) if fault else Reading(Language.FEEL, text)
    if translate.is_juel(text):
        return _translated(translate.juel(text))
    if _XPATH.search(text):
        return _translated(f"= {_QUOTED.sub(_text, _XPATH.sub(_variable, text))}")
    if _CONSTANT.match(text):
        return Reading(Language.FEEL, f"= {text}")
    if _WORD.match(text):
        return Reading(Language.UNKNOWN)
    if _OPERATOR.search(text) and feel_fault(text) is None and not _chains(text):
        return Reading(Language.FEEL, f"= {text}")
    return _translated(translate.java(text) or translate.python(text))


def _chains(text: str) -> bool:
    """Whether a text compares a comparison, ``1 < x < 5``: FEEL reads it, but gives null for it always."""
    open_ones: list[Any] = [feel.parse(text).tree]
    while open_ones:
        node = open_ones.pop()
        if isinstance(node, Comparison) and isinstance(node.left, Comparison) and node.operator in _ORDERS:
            return True
        if isinstance(node, Logic):
            open_ones.extend(node.parts)
    return False


def _variable(found: re.Match[str]) -> str:
    return found.group(2)


def _text(found: re.Match[str]) -> str:
    return feel.literal(found.group(1))


def _translated(result: str | None) -> Reading:
    if result is None or feel_fault(result) is not None:
        return Reading(Language.UNKNOWN)
    return Reading(Language.TRANSLATED, result)


def feel_fault(text: str) -> Message | None:
    """Why a text is no FEEL expression; None when it is one."""
    if len(text) > MAX_LENGTH:
        return msg("The expression is longer than %(limit)s characters.", limit=MAX_LENGTH)
    if not text.strip().lstrip("=").strip():
        return msg("The expression is empty.")
    try:
        feel.parse(text)
    except FeelError as error:
        return error.message
    return None


def is_feel(text: str | None) -> bool:
    """Whether a text is marked as FEEL by its leading "="."""
    return bool(text) and str(text).lstrip().startswith("=")


def is_word(text: str) -> bool:
    """Whether a text is one name, perhaps with a path: a variable, or just a label."""
    return bool(_WORD.match(text.strip()))


def canonical_condition(text: str) -> str:
    """A condition as executable XML carries it: FEEL with its "=" where it is understood, else as written."""
    return read_expression(text).feel or text.strip()


def canonical_timer(text: str) -> str:
    """A timer as executable XML carries it: a literal without quotes, or FEEL with its "="."""
    text = unquoted(text.strip())
    if is_feel(text):
        return text
    if translate.is_juel(text):
        return translate.juel(text) or text
    if "(" in text and feel_fault(text) is None:
        return f"= {text}"
    return text


def unquoted(text: str) -> str:
    """A literal without the quotation marks that some tools want around it; ``= "P1D"`` too."""
    found = re.fullmatch(r"""=?\s*(["'])([^"']*)\1""", text)
    return found.group(2).strip() if found else text
