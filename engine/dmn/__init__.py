"""DMN 1.1 to 1.5: decision tables, boxed expressions and requirement graphs, on FEEL. Knows nothing else of Alur."""

from engine.dmn.faults import DmnError, Finding
from engine.dmn.library import Library
from engine.dmn.model import Decision, Model, load
from engine.dmn.table import Input, Output

__all__ = ["Decision", "DmnError", "Finding", "Input", "Library", "Model", "Output", "load"]
