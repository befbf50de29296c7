"""A decision model as read from one file: its decisions, knowledge, services, inputs and imports."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from engine.dmn.boxed import LOGIC, Reader, nothing
from engine.dmn.faults import DmnError, Finding
from engine.dmn.items import Items
from engine.dmn.kinds import ANY, Kind
from engine.dmn.notes import Notes
from engine.dmn.table import Input, Output, Table, read_table
from engine.dmn.xml import Element, child, children, line_of, read
from engine.errors import Message, msg
from engine.feel.runtime import Closure
from engine.feel.types import Declared


@dataclass
class Decision:
    """One decision. ``inputs`` and ``outputs`` are the columns of its table; ``reads`` are the variables that
    its expressions name; ``requires`` the ids (``namespace#id``) of what it is drawn to depend on."""

    id: str
    name: str
    line: int = 0
    inputs: list[Input] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    hit_policy: str = ""
    kind: Kind = ANY
    logic: Closure = nothing
    requires: list[str] = field(default_factory=list)
    reads: frozenset[str] = frozenset()


@dataclass
class Knowledge:
    """A business knowledge model: a function others may call."""

    id: str
    name: str
    parameters: list[tuple[str, Kind]]
    kind: Kind = ANY
    result: Kind = ANY
    logic: Closure = nothing
    requires: list[str] = field(default_factory=list)
    reads: frozenset[str] = frozenset()


@dataclass
class Service:
    """A decision service: some decisions as one function of their inputs."""

    id: str
    name: str
    outputs: list[str]
    inputs: list[str]
    input_decisions: list[str]
    kind: Kind = ANY


@dataclass
class InputData:
    id: str
    name: str
    kind: Kind = ANY


Part = Decision | Knowledge | Service | InputData


@dataclass
class Model:
    """A model; ``parts`` by id, ``imports`` from namespace to the name it has here."""

    name: str
    namespace: str
    parts: dict[str, Part] = field(default_factory=dict)
    imports: dict[str, str] = field(default_factory=dict)
    items: Items | None = None
    findings: list[Finding] = field(default_factory=list)

    @property
    def decisions(self) -> dict[str, Decision]:
        return {part.id: part for part in self.parts.values() if isinstance(part, Decision)}


def load(xml: bytes, name: str = "", *, strict: bool = True, others: Iterable[Model] = ()) -> Model:
    """The model of a DMN file; raises DmnError whose findings list every fault of the file.

    ``others`` are the models it may import (``in_order`` says which to load first): their types hold in it,
    and their names are known where it imports them without a name.

    Without ``strict`` a model with faults in its logic is given all the same, faulty parts being null and
    ``findings`` listing them: for editors, and for the conformance kit, which holds faulty expressions.
    """
    root = read(xml)
    notes = Notes(root)
    items = Items(root, notes)
    model = Model(name or str(root.get("name") or ""), str(root.get("namespace") or ""), items=items)
    by_namespace = {other.namespace: other for other in others}
    for imported in children(root, "import"):
        namespace, alias = str(imported.get("namespace") or ""), str(imported.get("name") or "")
        model.imports[namespace] = alias
        if namespace in by_namespace:
            _include(by_namespace[namespace], alias, notes, items)
    _register_types(notes, items)
    reader = Reader(notes, items)
    for element in children(root, *_PARTS):
        _add(element, model, reader)
    _check_requirements(root, model, notes)
    _check_cycles(root, model, notes)
    model.findings = notes.findings
    if notes.findings and strict:
        raise DmnError(_summary(model, notes.findings), notes.findings)
    return model


def _include(other: Model, alias: str, notes: Notes, items: Items) -> None:
    if other.items is not None:
        items.include(alias, other.items)
    if not alias:
        notes.include(part.name for part in other.parts.values())


def _summary(model: Model, findings: list[Finding]) -> Message:
    return msg("Decision model %(name)s has %(count)s faults.", name=model.name, count=len(findings))


def _register_types(notes: Notes, items: Items) -> None:
    """Declared types can be named in ``instance of`` and in function parameters."""
    for name in items.names():
        notes.types[name] = _type_test(items.kind(name))


def _type_test(kind: Kind) -> Declared:
    """Null is of no type."""
    return Declared(
        shape=lambda value, run: value is not None and kind.fits(value, run, restricted=False),
        domain=lambda value, run: value is not None and kind.fits(value, run),
    )


def _add(element: Element, model: Model, reader: Reader) -> None:
    identity = str(element.get("id") or element.get("name") or "")
    if identity in model.parts:
        reader.notes.fault(element, msg("The id %(id)s stands in the model twice.", id=identity))
        return
    reader.notes.reads = set()
    local = element.tag.rpartition("}")[2]
    model.parts[identity] = _PARTS[local](identity, element, model, reader)


def _name(element: Element) -> str:
    variable = child(element, "variable")
    named = variable.get("name") if variable is not None else None
    return str(named or element.get("name") or element.get("id") or "")


def _kind(element: Element, reader: Reader) -> Kind:
    variable = child(element, "variable")
    return reader.items.kind(variable.get("typeRef")) if variable is not None else ANY


def _requirements(element: Element, model: Model) -> list[str]:
    """The full ids of everything required, in order."""
    found: list[str] = []
    for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
        for target in children(requirement, "requiredInput", "requiredDecision", "requiredKnowledge"):
            found.append(full_id(str(target.get("href") or ""), model))
    return found


def full_id(href: str, model: Model) -> str:
    """``namespace#id`` of a reference; ``#id`` is in the model itself."""
    namespace, _, identity = href.rpartition("#")
    return f"{namespace or model.namespace}#{identity}"


def _decision(identity: str, element: Element, model: Model, reader: Reader) -> Decision:
    decision = Decision(identity, _name(element), line_of(element), kind=_kind(element, reader))
    decision.requires = _requirements(element, model)
    logic = child(element, *LOGIC)
    if logic is not None and logic.tag.endswith("}decisionTable"):
        table = read_table(logic, reader.notes, reader.items)
        decision.logic = table.closure()
        decision.inputs, decision.outputs = table.inputs, table.outputs
        decision.hit_policy = table.hit_policy
        decision.kind = _kind_of_table(decision.kind, table)
    elif logic is not None:
        decision.logic = reader.read(logic)
        decision.outputs = [Output(decision.name, decision.name, decision.kind.name)]
    decision.reads = frozenset(reader.notes.reads)
    return decision


def _kind_of_table(kind: Kind, table: Table) -> Kind:
    """Editors write the type of one cell where the result is a list or a context: then it says nothing."""
    gives_list = table.hit_policy in ("RULE ORDER", "OUTPUT ORDER", "COLLECT") and not table.aggregation
    simple = kind.base is not None and kind.base not in ("list", "context", "Any")
    return ANY if simple and (gives_list or len(table.outputs) > 1) else kind


def _knowledge(identity: str, element: Element, model: Model, reader: Reader) -> Knowledge:
    function = child(element, "encapsulatedLogic")
    knowledge = Knowledge(identity, _name(element), [], kind=_kind(element, reader))
    knowledge.requires = _requirements(element, model)
    if function is not None:
        if function.get("kind", "FEEL") != "FEEL":
            reader.notes.fault(function, msg("Functions written outside FEEL are not run."))
        knowledge.parameters = [
            (str(one.get("name")), reader.items.kind(one.get("typeRef")))
            for one in children(function, "formalParameter")
        ]
        with reader.notes.also(name for name, _ in knowledge.parameters):
            knowledge.logic = reader.inside(function)
        knowledge.result = reader.items.kind(function.get("typeRef"))
    declared = knowledge.kind
    if declared.base == "function":  # the type of the variable is that of the function, or of its result
        knowledge.parameters = [
            (name, declared.arguments[at] if kind is ANY and at < len(declared.arguments) else kind)
            for at, (name, kind) in enumerate(knowledge.parameters)
        ]
        declared = declared.result or ANY
    if knowledge.result is ANY:
        knowledge.result = declared
    knowledge.reads = frozenset(reader.notes.reads)
    return knowledge


def _service(identity: str, element: Element, model: Model, reader: Reader) -> Service:
    def ids(name: str) -> list[str]:
        return [full_id(str(one.get("href") or ""), model) for one in children(element, name)]

    return Service(
        identity,
        _name(element),
        ids("outputDecision"),
        ids("inputData"),
        ids("inputDecision"),
        _kind(element, reader),
    )


def _input(identity: str, element: Element, model: Model, reader: Reader) -> InputData:
    return InputData(identity, _name(element), _kind(element, reader))


_PARTS: dict[str, Callable[[str, Element, Model, Reader], Part]] = {
    "decision": _decision,
    "businessKnowledgeModel": _knowledge,
    "decisionService": _service,
    "inputData": _input,
}


def _check_requirements(root: Element, model: Model, notes: Notes) -> None:
    """References inside the model must lead somewhere; those to other models are checked by the library."""
    for element in children(root, "decision", "businessKnowledgeModel"):
        for requirement in children(element, "informationRequirement", "knowledgeRequirement"):
            for target in children(requirement):
                namespace, _, identity = full_id(str(target.get("href") or ""), model).rpartition("#")
                if namespace == model.namespace and identity not in model.parts:
                    notes.fault(requirement, msg("The requirement leads to nothing: %(id)s.", id=identity))


def _check_cycles(root: Element, model: Model, notes: Notes) -> None:
    """Decisions that need their own result; found by taking away what needs nothing that is left."""
    prefix = f"{model.namespace}#"
    open_ones = {
        prefix + part.id: set(part.requires) for part in model.parts.values() if isinstance(part, Decision)
    }
    while True:
        done = {identity for identity, needs in open_ones.items() if not needs & open_ones.keys()}
        if not done:
            break
        for identity in done:
            del open_ones[identity]
    for element in children(root, "decision"):
        if prefix + str(element.get("id") or element.get("name") or "") in open_ones:
            notes.fault(element, msg("Decision %(name)s depends on its own result.", name=_name(element)))
