"""What every page of a version needs: the version found, its files, its findings, its tabs and actions."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _  # type: ignore[import-untyped]

from engine.catalog import definitions, overview, versions
from engine.catalog.definitions import Definition
from engine.errors import Invalid, msg
from engine.states import DefinitionState
from webapp import format
from webapp.access import Rule, role
from webapp.designer import findings as found
from webapp.designer import words
from webapp.designer.findings import Shown
from webapp.house import house
from webapp.visitor import person, visitor

designs: Rule = role("perancang", "admin")
LONGEST_REASON = 1000


def write_local_times(blueprint: Blueprint) -> None:
    """Write the times of a blueprint's pages in the zone of the visitor's agency."""

    @blueprint.before_request
    def use_own_zone() -> None:
        who = visitor().person
        if who is not None:
            format.use_zone(who.zone)


@dataclass(frozen=True)
class Version:
    """A version of an SOP of the visitor's agency."""

    row: Definition

    @property
    def key(self) -> str:
        return self.row.process_key

    @property
    def number(self) -> int:
        return self.row.version

    @property
    def editable(self) -> bool:
        return self.row.state in definitions.EDITABLE

    @property
    def waits(self) -> bool:
        return self.row.state == DefinitionState.SUBMITTED

    @property
    def own(self) -> bool:
        """Whether the visitor uploaded it, so that somebody else must put it in force."""
        return self.row.uploaded_by == person().id

    @cached_property
    def source(self) -> dict[str, bytes]:
        """The files as uploaded."""
        return versions.files(house(), person(), self.row.id, source=True)

    @cached_property
    def bundle(self) -> dict[str, bytes]:
        """What runs: repaired, answered, with everything it calls."""
        return versions.files(house(), person(), self.row.id)

    @cached_property
    def findings(self) -> list[Shown]:
        """What the check says now. Of a version that was activated only what was said of running counts."""
        counts = self.editable or self.waits
        verdict = definitions.inspect(house(), person(), self.source, self.row.answers, sop=counts)
        return found.shown(verdict.findings, self.source, publishing=counts)

    @cached_property
    def in_force(self) -> Definition | None:
        return versions.in_force(house(), person(), self.key)

    @cached_property
    def open_cases(self) -> dict[str, int]:
        return versions.open_cases(house(), person())

    @property
    def stay(self) -> int:
        """How many running reports stay on the version in force when this one replaces it."""
        return self.open_cases.get(self.in_force.id, 0) if self.in_force else 0


def open_version(key: str, number: int) -> Version:
    """The version; raises NotFound, for another agency's as for one that never was."""
    return Version(overview.version(house(), person(), key, number))


def submitted_revision() -> int:
    """The revision that the submitted form was made for; raises Invalid without one."""
    text = request.form.get("_revisi", "")
    if not text.isdigit():
        raise Invalid(msg("The form does not say which revision it is for."))
    return int(text)


def address(version: Version | Definition, endpoint: str = "versi.show", **more: Any) -> str:
    """The address of a page of a version."""
    row = version.row if isinstance(version, Version) else version
    return url_for(endpoint, key=row.process_key, number=row.version, **more)


def page(template: str, version: Version, tab: str, **more: Any) -> str:
    """A page of a version under its tabs."""
    people = overview.names(house(), person(), [version.row.uploaded_by, version.row.decided_by])
    return render_template(
        f"designer/{template}.html",
        version=version,
        row=version.row,
        people=people,
        counts=found.counts(version.findings),
        tabs=_tabs(version, tab),
        address=address,
        words=words,
        **more,
    )


def _tabs(version: Version, here: str) -> list[Mapping[str, Any]]:
    tabs = [("versi.show", _("Findings"))]
    if version.in_force is not None and version.in_force.id != version.row.id:
        label = _("Compare v%(old)d → v%(new)d", old=version.in_force.version, new=version.number)
        tabs.append(("banding.show", label))
    tabs += [
        ("skenario.show", _("Scenarios")),
        ("coba.show", _("Try out")),
        ("lembar.show", _("SOP-AP sheet")),
        ("berkas.show", _("Files")),
    ]
    return [{"url": address(version, name), "label": label, "here": name == here} for name, label in tabs]
