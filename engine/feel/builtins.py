"""All built-in functions. The modules below register theirs when they are imported."""

from engine.feel import (
    builtins_aggregate,
    builtins_context,
    builtins_conversion,
    builtins_list,
    builtins_number,
    builtins_range,
    builtins_string,
    builtins_temporal,
)
from engine.feel.library import FUNCTIONS

__all__ = [
    "FUNCTIONS",
    "builtins_aggregate",
    "builtins_context",
    "builtins_conversion",
    "builtins_list",
    "builtins_number",
    "builtins_range",
    "builtins_string",
    "builtins_temporal",
]
