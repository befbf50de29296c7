"""Calling functions: built in, written in the expression, held by a variable, or given by the environment."""

from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any

from engine.feel.border import to_python
from engine.feel.builtins import FUNCTIONS
from engine.feel.closures import lookup
from engine.feel.runtime import Closure, Frame, Run
from engine.feel.tree import Call, Lambda, Name
from engine.feel.types import conform
from engine.feel.values import Function, from_json

if TYPE_CHECKING:
    from engine.feel.compiler import Compiler


def compile_call(compiler: "Compiler", node: Call) -> Closure:
    arguments = [compiler.compile(argument) for argument in node.arguments]
    callee = _callee(compiler, node)
    if node.names is not None:
        names = node.names

        def call_named(frame: Frame) -> Any:
            given = {name: value(frame) for name, value in zip(names, arguments, strict=True)}
            return invoke_named(callee(frame), given, frame.run) if len(given) == len(names) else None

        return call_named

    def call(frame: Frame) -> Any:
        return invoke(callee(frame), [argument(frame) for argument in arguments], frame.run)

    return call


def _callee(compiler: "Compiler", node: Call) -> Closure:
    """Who is called: a name bound nearby, else a standard function, the environment's, or a variable."""
    if not isinstance(node.callee, Name):
        return compiler.compile(node.callee)
    name = node.callee.name
    if compiler.is_bound(name) or name in compiler.declared:
        return compiler.compile(node.callee)
    compiler.called.add(name)
    standard = FUNCTIONS.get(name)
    if standard is not None:
        return lambda frame: standard
    compiler.callees.add(name)
    variable = lookup(name)

    def find(frame: Frame) -> Any:
        given = frame.run.environment.functions.get(name)
        return variable(frame) if given is None else given

    return find


def invoke(function: Any, arguments: list[Any], run: Run) -> Any:
    """Call with arguments in order; null when it is no function or the number of arguments is wrong."""
    if type(function) is Function:
        run.enter()
        try:
            return function.call(run, arguments)
        finally:
            run.leave()
    if callable(function) and _takes(function, arguments):
        run.enter()
        try:
            return from_json(function(*map(to_python, arguments)))
        finally:
            run.leave()
    return None


def _takes(function: Callable[..., Any], arguments: list[Any]) -> bool:
    """Whether a function of the environment has room for just these arguments."""
    try:
        signature(function).bind(*arguments)
    except TypeError:
        return False
    return True


def invoke_named(function: Any, given: dict[str, Any], run: Run) -> Any:
    """Call with named arguments; null when the names are not the function's."""
    if type(function) is not Function:
        return None
    if function.named is not None:
        run.enter()
        try:
            return function.named(run, given)
        finally:
            run.leave()
    if not set(given) <= set(function.parameters):
        return None
    return invoke(function, [given.get(name) for name in function.parameters], run)


def compile_lambda(compiler: "Compiler", node: Lambda) -> Closure:
    names = tuple(name for name, _ in node.parameters)
    types = tuple(compiler.parameter_type(given) if given else None for _, given in node.parameters)
    with compiler.scope(*names):
        body = compiler.compile(node.body)

    def make(frame: Frame) -> Function:
        def call(run: Run, arguments: list[Any]) -> Any:
            if len(arguments) != len(names):
                return None
            bound: dict[str, Any] = {}
            for name, kind, value in zip(names, types, arguments, strict=True):
                bound[name] = conform(value, kind, run)
                if bound[name] is None and value is not None:
                    return None
            return body(Frame(bound, frame, run))

        return Function("", names, call, types=types)

    return make
