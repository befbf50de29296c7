"""A form as it is used: what it asks, of whom, and whether an answer will do."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine import feel
from engine.errors import FieldError, msg
from engine.form import loading, posted, schema
from engine.form.check import Checked, Level, Options, check, visible
from engine.form.field import Field, Option, computed_of, inputs_of


class Form:
    """A form-js form. ``fields`` are its components in document order, groups and texts among them."""

    def __init__(self, id: str, fields: tuple[Field, ...]) -> None:
        self.id = id
        self.fields = fields
        self.inputs = tuple(inputs_of(fields))

    def field(self, key: str) -> Field | None:
        """The input with this key, None when there is none."""
        return next((each for each in self.inputs if each.key == key), None)

    def visible(
        self, answers: Mapping[str, Any], context: Mapping[str, Any], env: feel.Environment
    ) -> set[str]:
        """Keys of the visible fields, and ids of the visible texts and plain groups.

        Conditions see the answers before the context; a hidden or empty field is null to them.
        """
        return visible(Level(self.fields, answers, context, env, {}))

    def validate(
        self,
        answers: Any,
        context: Mapping[str, Any],
        env: feel.Environment,
        options: Options | None = None,
    ) -> Checked:
        """Check all answers against all rules; never raises for what an answer holds.

        ``options`` maps the keys of fields with dynamic options to the values that are allowed; a key
        left out is not checked. Dates are compared with ``env.now`` in ``env.zone``.
        """
        if not isinstance(answers, Mapping):
            return Checked({}, [FieldError("", msg("The answers must be an object of fields."))])
        return check(Level(self.fields, answers, context, env, options or {}))

    def posted(self, pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
        """The answers in what a plain HTML form sends (names as ``kunci`` and ``saksi[0].nama``).

        Names that are no field's are left out: pages send tokens of their own beside the answers.
        """
        return posted.read(self.fields, pairs)

    def json_schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of the answers; conditions are told in descriptions."""
        return schema.of_form(self.id, self.fields)

    def defaults(self) -> dict[str, Any]:
        """What the fields hold when the form is first opened, of those that have a default."""
        return {each.key: each.default for each in self.inputs if each.default is not None}

    def choices(self, context: Mapping[str, Any], env: feel.Environment) -> dict[str, tuple[Option, ...]]:
        """Options that stand in a variable (``valuesKey``) or that an expression gives, by key."""
        found: dict[str, tuple[Option, ...]] = {}
        for each in self.inputs:
            if each.values_key:
                found[each.key] = _options(context.get(each.values_key))
            elif each.values_expression is not None:
                found[each.key] = _options(feel.to_json(each.values_expression.evaluate(context, env)))
        return found

    def dynamic(self) -> dict[str, str]:
        """Keys of the fields whose options come from a source of the platform, with the source's name."""
        return {each.key: each.options_source for each in self.inputs if each.options_source}

    def files(self) -> tuple[Field, ...]:
        """The fields that take files."""
        return tuple(each for each in self.inputs if each.type == "filepicker")

    def personal_keys(self) -> dict[str, str]:
        """Keys that hold personal data, with the degree: ya, mungkin, kesehatan.

        A list is as personal as the most personal field of its items, a computed field as those it reads.
        """
        found: dict[str, str] = {}
        for each in (*self.inputs, *computed_of(self.fields)):
            degrees = {below.personal for below in each.walk() if below.personal}
            if each.compute is not None:
                degrees |= {found[name] for name in each.compute.names if name in found}
            for degree in ("kesehatan", "ya", "mungkin"):
                if degree in degrees:
                    found[each.key] = degree
                    break
        return found

    def visible_to(self, key: str) -> tuple[str, ...]:
        """Roles that may see this answer besides its author; nobody for an unknown key."""
        each = self.field(key)
        return each.visible_to if each else ()

    def reporter_keys(self) -> frozenset[str]:
        """Keys of the reporter's own identity (``alur:reporter``)."""
        return frozenset(
            each.key for each in self.inputs if each.properties.get("alur:reporter") in ("true", "ya")
        )

    def flags(self) -> dict[str, str]:
        """The keys that say that the reporter is ``anonim`` or ``rahasia`` (``alur:flag``)."""
        marked = ((each.properties.get("alur:flag"), each.key) for each in self.inputs)
        return {flag: key for flag, key in marked if flag}


def load(data: bytes | str | Mapping[str, Any]) -> Form:
    """Read a form-js definition; raises FormError that lists every fault."""
    return Form(*loading.read(data))


def _options(values: Any) -> tuple[Option, ...]:
    found = []
    for each in values if isinstance(values, list) else ():
        value = each.get("value") if isinstance(each, Mapping) else each
        label = each.get("label") if isinstance(each, Mapping) else None
        if isinstance(value, str | int | float):
            found.append(Option(value, str(label or value)))
    return tuple(found)
