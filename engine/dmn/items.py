"""Item definitions: the types a model declares, resolved by name."""

from engine.dmn.kinds import ANY, Kind, base_name
from engine.dmn.notes import Notes
from engine.dmn.xml import Element, child, children, text_of
from engine.feel.expression import UnaryTests


class Items:
    """The item definitions of one model, made into kinds when first asked for."""

    def __init__(self, root: Element, notes: Notes) -> None:
        self._elements = {str(item.get("name")): item for item in children(root, "itemDefinition")}
        self._notes = notes
        self._kinds: dict[str, Kind] = {}
        self._imported: list[tuple[str, Items]] = []

    def kind(self, name: str | None) -> Kind:
        """The type of a typeRef; a name nobody declares is any type."""
        if not name:
            return ANY
        element = self._elements.get(name)
        if element is not None:
            return self._declared(name, element)
        base = base_name(name)
        if base is not None:
            return Kind(name, base=base)
        for prefix, items in self._imported:
            inner = name.removeprefix(prefix)
            if name.startswith(prefix) and inner in items.names():
                return items.kind(inner)
        return ANY

    def names(self) -> list[str]:
        """The names of all types, of those imported too."""
        return [
            *self._elements,
            *(prefix + name for prefix, items in self._imported for name in items.names()),
        ]

    def include(self, name: str, items: "Items") -> None:
        """Import the types of another model, under a name for that model or without one."""
        self._imported.append((f"{name}." if name else "", items))

    def _declared(self, name: str, element: Element) -> Kind:
        if name not in self._kinds:
            # Registered before its parts are read, so that a type may contain itself.
            kind = self._kinds[name] = Kind(name)
            self._fill(kind, element)
        return self._kinds[name]

    def _fill(self, kind: Kind, element: Element) -> None:
        target = kind
        if element.get("isCollection") == "true":
            target = kind.item = Kind(kind.name)
            # Allowed values speak of the items, a type constraint of the whole.
            kind.constraint = self._tests(element, "typeConstraint")
        else:
            target.constraint = self._tests(element, "typeConstraint")
        target.allowed = self._tests(element, "allowedValues")
        parts = children(element, "itemComponent")
        function = child(element, "functionItem")
        if parts:
            target.parts = {}
            for part in parts:
                target.parts[str(part.get("name"))] = self._component(part)
        elif function is not None:
            target.base = "function"
            target.arguments = [self.kind(one.get("typeRef")) for one in children(function, "parameters")]
            target.parameters = len(target.arguments)
            target.result = self.kind(function.get("outputTypeRef"))
        else:
            self._copy(self.kind(text_of(child(element, "typeRef"))), target)

    def _component(self, element: Element) -> Kind:
        kind = Kind(str(element.get("name")))
        self._fill(kind, element)
        return kind

    @staticmethod
    def _copy(source: Kind, target: Kind) -> None:
        """A definition by reference is the type referred to, with restrictions of its own."""
        target.base, target.parts, target.item = source.base, source.parts, source.item
        target.parameters, target.arguments, target.result = (
            source.parameters,
            source.arguments,
            source.result,
        )
        if target.allowed is None:
            target.allowed = source.allowed
        if target.constraint is None:
            target.constraint = source.constraint

    def _tests(self, element: Element, name: str) -> UnaryTests | None:
        found = child(element, name)
        return self._notes.unary(found, "") if found is not None and text_of(found) else None
