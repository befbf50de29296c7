"""Answers to the questions of a check, as a designer in a hurry gives them."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine import bpmn
from engine.bpmn import Finding, Severity, Verdict

ROUNDS = 6
"""An answer may raise a new question; so many rounds of answering are enough for any sane diagram."""

_FREE = {
    "loop-collection": '= ["a", "b"]',
    "mapping": '= "isi"',
}


@dataclass(frozen=True)
class Answered:
    """The verdict after all questions were answered, and what was answered."""

    verdict: Verdict
    answers: Mapping[str, str]
    rounds: int


def answered(files: Mapping[str, bytes], *, free: bool = False) -> Answered:
    """Answer every question by its first option, or with ``free`` by a text of one's own where that goes."""
    answers: dict[str, str] = {}
    for number in range(ROUNDS):
        verdict = bpmn.check(files, answers=answers)
        questions = verdict.of(Severity.QUESTION)
        if not questions:
            return Answered(verdict, answers, number)
        answers |= {question.id: _answer(question, free) for question in questions}
    return Answered(bpmn.check(files, answers=answers), answers, ROUNDS)


def _answer(question: Finding, free: bool) -> str:
    if question.options and not (free and question.rule in _FREE):
        return question.options[0].value
    if question.rule == "loop-collection" and "%(name)s” repeated?" in question.message.template:
        over = question.message.template.startswith("Over")
        return _FREE[question.rule] if over else "= ulang"
    if question.rule == "event-reference":
        return str(question.message.params.get("id") or f"kabar {question.element}")
    if question.rule in _FREE:
        return _FREE[question.rule]
    # A condition of its own for each element, so that every exit can be taken alone.
    return f'= pilihan = "{question.element}"'
