"""DMN 1.1 to 1.5 on FEEL: decision tables, boxed expressions, requirement graphs. Stands alone on FEEL."""

from engine.dmn.faults import DmnError, Finding
from engine.dmn.imports import in_order
from engine.dmn.library import Library
from engine.dmn.model import Decision, Model, load
from engine.dmn.table import Input, Output

__all__ = ["Decision", "DmnError", "Finding", "Input", "Library", "Model", "Output", "in_order", "load"]
