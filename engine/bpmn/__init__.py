"""The front end of Alur: any BPMN file in, a diagram that runs, or exactly what is missing, out.

Reading is hardened (``read``), the model plain (``model``), each rule a file (``rules``); repairs are made
and listed (``repair``), answers written back (``questions``), and what runs is rewritten (``rewrite``).
Pure: no database, no clock, no network.
"""

from engine.bpmn.build import read
from engine.bpmn.check import check
from engine.bpmn.compare import Change, Difference, compare
from engine.bpmn.elements import Element, elements
from engine.bpmn.finding import Answer, Finding, Option, Severity, Verdict
from engine.bpmn.model import Diagram
from engine.bpmn.packages import is_zip, read_folder, read_path, read_zip
from engine.bpmn.questions import apply
from engine.bpmn.rewrite import executable
from engine.bpmn.rewrites.identifiers import drawn_id, is_added
from engine.bpmn.sop import ClockRule, Role, Sop
from engine.bpmn.sop import load as load_sop

__all__ = [
    "Answer",
    "Change",
    "ClockRule",
    "Diagram",
    "Difference",
    "Element",
    "Finding",
    "Option",
    "Role",
    "Severity",
    "Sop",
    "Verdict",
    "apply",
    "check",
    "compare",
    "drawn_id",
    "elements",
    "executable",
    "is_added",
    "is_zip",
    "load_sop",
    "read",
    "read_folder",
    "read_path",
    "read_zip",
]
