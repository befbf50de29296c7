"""The rules: one rule, one file, found by walking this package. To add a rule, add a file with a ``rule``."""

import importlib
import pkgutil

from engine.bpmn.rule import Rule


def _load() -> tuple[Rule, ...]:
    modules = (
        importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)
    )
    return tuple(sorted((module.rule for module in modules), key=lambda rule: rule.name))


RULES = _load()
BY_NAME = {rule.name: rule for rule in RULES}
