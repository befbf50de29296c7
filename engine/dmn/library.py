"""Making decisions: the requirement graph of one or more models, each part computed at most once."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.dmn.boxed import make_function
from engine.dmn.faults import DmnError
from engine.dmn.kinds import ANY
from engine.dmn.model import Decision, InputData, Knowledge, Model, Part, Service
from engine.errors import msg
from engine.feel.errors import FeelError
from engine.feel.expression import guarded
from engine.feel.runtime import Environment, Frame, Run
from engine.feel.values import Function, from_json


class Library:
    """Models that may import each other. The first model wins where two use one id or name."""

    def __init__(self, models: Iterable[Model]) -> None:
        self._models = list(models)
        self._parts: dict[str, tuple[Model, Part]] = {}
        self.decisions: dict[str, Decision] = {}
        for model in self._models:
            for identity, part in model.parts.items():
                self._parts.setdefault(f"{model.namespace}#{identity}", (model, part))
                if isinstance(part, Decision):
                    self.decisions.setdefault(identity, part)

    def find(self, decision: str) -> str:
        """The full id of a decision named by its id, else by its name; raises DmnError when there is none."""
        for wanted in (lambda part: part.id, lambda part: part.name):
            for full, (_, part) in self._parts.items():
                if isinstance(part, Decision) and wanted(part) == decision:
                    return full
        raise DmnError(msg("There is no decision %(name)s.", name=decision))

    def evaluate(self, decision: str, context: Mapping[str, Any], env: Environment) -> Any:
        """The value of a decision (by id, else by name) with these variables.

        One output gives the value, several a context, COLLECT a list. Raises DmnError when there is no such
        decision, rules contradict the hit policy, or the work exceeds its bounds.
        """
        return self._run(lambda session: session.value(self.find(decision)), context, env)

    def service(self, name: str, context: Mapping[str, Any], env: Environment) -> Any:
        """The value of a decision service, its inputs taken by name from the context."""
        for full, (_, part) in self._parts.items():
            if isinstance(part, Service) and name in (part.id, part.name):
                return self._run(lambda session: session.served(full, part), context, env)  # noqa: B023
        raise DmnError(msg("There is no decision service %(name)s.", name=name))

    def knowledge(self, name: str, context: Mapping[str, Any], env: Environment) -> Any:
        """The value of a business knowledge model, its parameters taken by name from the context."""
        for full, (_, part) in self._parts.items():
            if isinstance(part, Knowledge) and name in (part.id, part.name):
                return self._run(lambda session: session.called(full, part), context, env)  # noqa: B023
        raise DmnError(msg("There is no business knowledge model %(name)s.", name=name))

    def _run(self, work: Any, context: Mapping[str, Any], env: Environment) -> Any:
        run = Run(env)
        try:
            return guarded(lambda frame: work(Session(self._parts, context, frame)), Frame({}, None, run))
        except FeelError as error:
            raise DmnError(error.message) from error


class Session:
    """One evaluation: every part asked for is computed once."""

    def __init__(self, parts: dict[str, tuple[Model, Part]], context: Mapping[str, Any], root: Frame) -> None:
        self._parts = parts
        self._context = context
        self._root = root
        self._values: dict[str, Any] = {}
        self._open: set[str] = set()

    def value(self, full: str) -> Any:
        if full in self._values:
            return self._values[full]
        if full not in self._parts:
            raise DmnError(msg("A requirement leads to nothing: %(id)s.", id=full.rpartition("#")[2]))
        if full in self._open:
            raise DmnError(msg("Decision %(name)s depends on its own result.", name=full.rpartition("#")[2]))
        self._open.add(full)
        self._root.run.enter()
        try:
            value = self._values[full] = self._compute(full)
        finally:
            self._root.run.leave()
            self._open.discard(full)
        return value

    def _compute(self, full: str) -> Any:
        model, part = self._parts[full]
        if isinstance(part, InputData):
            return self._input(model, part)
        if isinstance(part, Service):
            return self._as_function(part)
        frame = self._frame(model, part)
        if isinstance(part, Decision):
            return part.kind.conform(part.logic(frame), frame.run)
        return make_function(part.name, part.parameters, part.logic, frame, part.result)

    def _input(self, model: Model, part: InputData) -> Any:
        """A variable of the context, or of the context that stands under the model's imported name."""
        value = self._context.get(part.name)
        if part.name not in self._context:
            for importer, _ in self._parts.values():
                inner = self._context.get(importer.imports.get(model.namespace, ""))
                if isinstance(inner, Mapping) and part.name in inner:
                    value = inner[part.name]
        return part.kind.conform(part.kind.receive(from_json(value)), self._root.run)

    def _frame(self, model: Model, part: Decision | Knowledge) -> Frame:
        """What a part sees: what it requires, behind that the variables of the context."""
        known = part.reads & self._context.keys()
        names = {name: from_json(self._context[name]) for name in known}
        outer = Frame(names, None, self._root.run)
        required: dict[str, Any] = {}
        for full in part.requires:
            value = self.value(full)
            owner, needed = self._parts[full]
            alias = "" if owner is model else model.imports.get(owner.namespace, "")
            (required.setdefault(alias, {}) if alias else required)[needed.name] = value
        return Frame(required, outer, self._root.run)

    def _as_function(self, service: Service) -> Function:
        """The service as a function of its input data and then its input decisions."""
        parameters = [*service.inputs, *service.input_decisions]
        named = [(self._parts[full][1].name, _kind(self._parts[full][1])) for full in parameters]

        def body(frame: Frame) -> Any:
            inner = Session(self._parts, {}, self._root)
            for full, (name, _) in zip(parameters, named, strict=True):
                inner._values[full] = frame.names[name]
            return inner.served("", service)

        return make_function(service.name, named, body, self._root, strict=True)

    def served(self, full: str, service: Service) -> Any:
        """The output of a service: one decision's value, or a context of several."""
        for given in service.input_decisions:
            if given not in self._values:
                part = self._parts[given][1]
                value = _kind(part).receive(from_json(self._context.get(part.name)))
                self._values[given] = _kind(part).conform(value, self._root.run)
        results = {self._parts[output][1].name: self.value(output) for output in service.outputs}
        value = next(iter(results.values())) if len(results) == 1 else results
        kind = service.kind.result if service.kind.base == "function" else service.kind
        return (kind or ANY).conform(value, self._root.run)

    def called(self, full: str, knowledge: Knowledge) -> Any:
        arguments = [kind.receive(from_json(self._context.get(name))) for name, kind in knowledge.parameters]
        return self.value(full).call(self._root.run, arguments)


def _kind(part: Part) -> Any:
    return part.kind
