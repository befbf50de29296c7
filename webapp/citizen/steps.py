"""A start form as a walk: how to report, what happened, the rest, who; one group of questions a page.

Files are chosen on the last page, so that an abandoned report leaves nothing behind. Fields that the office
fills in (``alur:filledBy``) are not asked.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.errors import Message, msg
from engine.form import Field, Form
from engine.form.field import inputs_of

FILLED_BY = "alur:filledBy"
FLAG = "alur:flag"
LONG_TEXT = "textarea"


@dataclass(frozen=True)
class Step:
    """One page of the walk; ``id`` stands in the page, ``title`` above the questions."""

    id: str
    title: Message | str
    fields: tuple[Field, ...]

    def keys(self) -> frozenset[str]:
        """The answers that this step asks for."""
        return frozenset(each.key for each in inputs_of(self.fields))


def walk(form: Form) -> list[Step]:
    """All steps of a form, in order; none is empty."""
    groups = any(_is_plain_group(each) for each in form.fields)
    steps = _by_group(form) if groups else _by_kind(form)
    return [step for step in steps if step.keys()]


def seen(steps: list[Step], visible: set[str]) -> list[Step]:
    """The steps that ask something, given the answers so far."""
    return [step for step in steps if step.keys() & visible]


def filled_by_office(form: Form) -> dict[str, Any]:
    """The answers that reporters are not asked for, with what stands in them for a report from the web."""
    return {
        each.key: each.default
        for each in form.inputs
        if FILLED_BY in each.properties and each.default is not None
    }


def flagged(form: Form, answers: Mapping[str, Any], flag: str) -> bool:
    """Whether the answers make the report ``anonim`` or ``rahasia``."""
    key = form.flags().get(flag)
    return key is not None and answers.get(key) is True


def _is_plain_group(field: Field) -> bool:
    return field.type == "group" and not field.nests


def _asked(fields: tuple[Field, ...]) -> Iterator[Field]:
    return (each for each in fields if each.type != "filepicker" and FILLED_BY not in each.properties)


def _by_group(form: Form) -> list[Step]:
    """Group by group; fields outside a group join the step before them."""
    steps: list[Step] = []
    for number, each in enumerate(_asked(form.fields), 1):
        if _is_plain_group(each):
            title = each.label or msg("Your report")
            steps.append(Step(f"g{number}", title, tuple(_asked(each.children))))
        elif steps:
            last = steps[-1]
            steps[-1] = Step(last.id, last.title, (*last.fields, each))
        else:
            steps.append(Step(f"g{number}", msg("Your report"), (each,)))
    return steps


def _by_kind(form: Form) -> list[Step]:
    """How, what, the rest, and who: what happened ends with the first long text."""
    own = form.reporter_keys()
    asked = list(_asked(form.fields))
    flags = tuple(each for each in asked if FLAG in each.properties)
    who = tuple(each for each in asked if each.key in own and each not in flags)
    rest = [each for each in asked if each not in flags and each not in who]
    cut = next((number for number, each in enumerate(rest, 1) if each.type == LONG_TEXT), len(rest))
    return [
        Step("cara", msg("How do you want to report?"), flags),
        Step("apa", msg("What happened?"), tuple(rest[:cut])),
        Step("rincian", msg("Where, when and about whom?"), tuple(rest[cut:])),
        Step("siapa", msg("How can we reach you?"), who),
    ]
