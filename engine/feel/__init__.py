"""FEEL, the expression language of DMN 1.5: text → tokens → tree → closures. Knows nothing else of Alur."""

from engine.feel.builtins import FUNCTIONS
from engine.feel.durations import Months
from engine.feel.errors import FeelError, FeelLimitError, FeelSyntaxError
from engine.feel.expression import Expression, UnaryTests, constant, parse, parse_unary
from engine.feel.runtime import Environment
from engine.feel.text import literal, to_string
from engine.feel.values import Function, Range, from_json, to_json, type_name

__all__ = [
    "FUNCTIONS",
    "Environment",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "FeelSyntaxError",
    "Function",
    "Months",
    "Range",
    "UnaryTests",
    "constant",
    "from_json",
    "literal",
    "parse",
    "parse_unary",
    "to_json",
    "to_string",
    "type_name",
]
