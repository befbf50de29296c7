"""Functions over numbers (DMN 1.5, 10.3.4.5)."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Context,
    Decimal,
)
from typing import Any

from engine.feel.arithmetic import finite, negate
from engine.feel.library import builtin
from engine.feel.values import DECIMAL

_COST = 12  # steps of a function that is computed by a series
_SCALES = range(-6111, 6177)
_WIDE = Context(prec=7000, Emin=-7000, Emax=7000, traps=[])


def rounded(value: Decimal, scale: Decimal, mode: str) -> Decimal | None:
    """The number with so many decimals, negative ones for tens and hundreds; null outside decimal128."""
    places = int(scale)
    if places not in _SCALES:
        return None
    if -value.as_tuple().exponent <= places:  # type: ignore[operator]
        return value
    exact = value.quantize(Decimal(1).scaleb(-places), rounding=mode, context=_WIDE)
    return finite(DECIMAL.plus(exact))


@builtin("decimal(n: number, scale: number)")
def decimal(n: Decimal, scale: Decimal) -> Any:
    return rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number, scale?: number)")
def floor(n: Decimal, scale: Decimal | None = Decimal(0)) -> Any:
    return None if scale is None else rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling(n: number, scale?: number)")
def ceiling(n: Decimal, scale: Decimal | None = Decimal(0)) -> Any:
    return None if scale is None else rounded(n, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number)")
def round_up(n: Decimal, scale: Decimal) -> Any:
    return rounded(n, scale, ROUND_UP)


@builtin("round down(n: number, scale: number)")
def round_down(n: Decimal, scale: Decimal) -> Any:
    return rounded(n, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number)")
def round_half_up(n: Decimal, scale: Decimal) -> Any:
    return rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number)")
def round_half_down(n: Decimal, scale: Decimal) -> Any:
    return rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs(n: number)", "abs(n: duration)")
def absolute(n: Any) -> Any:
    if isinstance(n, Decimal):
        return DECIMAL.abs(n)
    return negate(n) if n < type(n)(0) else n


@builtin("modulo(dividend: number, divisor: number)")
def modulo(dividend: Decimal, divisor: Decimal) -> Any:
    """``dividend - divisor * floor(dividend / divisor)``: the sign is the divisor's."""
    if not divisor:
        return None
    rest = _WIDE.remainder(dividend, divisor)
    if rest and (rest < 0) != (divisor < 0):
        rest = _WIDE.add(rest, divisor)
    return finite(DECIMAL.plus(rest))


@builtin("sqrt(number: number)", run=True)
def square_root(run: Any, number: Decimal) -> Any:
    run.spend(_COST)
    return None if number < 0 else finite(DECIMAL.sqrt(number))


@builtin("log(number: number)", run=True)
def logarithm(run: Any, number: Decimal) -> Any:
    run.spend(_COST)
    return None if number <= 0 else finite(DECIMAL.ln(number))


@builtin("exp(number: number)", run=True)
def exponential(run: Any, number: Decimal) -> Any:
    run.spend(_COST)
    return finite(DECIMAL.exp(number))


@builtin("odd(number: number)")
def odd(number: Decimal) -> Any:
    return _parity(number, 1)


@builtin("even(number: number)")
def even(number: Decimal) -> Any:
    return _parity(number, 0)


def _parity(number: Decimal, parity: int) -> bool | None:
    if number != number.to_integral_value():
        return None
    return int(_WIDE.remainder(abs(number), Decimal(2))) == parity
