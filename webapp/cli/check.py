"""``alur check``: what is missing in a diagram or package, and the answered diagram written out."""

import sys
from pathlib import Path
from typing import Any

import click
import orjson

from engine.bootstrap import sop_rules
from engine.bpmn.check import check as check_files
from engine.bpmn.finding import Answer, Verdict
from engine.bpmn.kinds import bpmn_files
from engine.catalog import library
from engine.errors import Refused
from webapp.cli.output import json_option, print_json, read_json


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@json_option
@click.option("--sop", is_flag=True, help="Count the rules that forbid publishing an SOP, too.")
@click.option(
    "--answers",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON: finding id → answer.",
)
@click.option(
    "--write", type=click.Path(dir_okay=False, path_type=Path), help="Write the answered diagram here."
)
def check(path: Path, as_json: bool, sop: bool, answers: Path | None, write: Path | None) -> None:
    """Check a .bpmn, .dmn, form, folder or zip: RUN, FIX, ASK or REFUSE with every finding."""
    given = _answers(answers) if answers else {}
    if write and not write.absolute().parent.is_dir():
        raise click.UsageError(f"--write: the folder {write.parent} does not exist.")
    verdict = _check(path, given, sop)
    if as_json:
        print_json(verdict.as_json())
    else:
        _print(verdict)
    written = write is None or _write(verdict, write)
    sys.exit(0 if verdict.runs and written else 1)


def _answers(path: Path) -> dict[str, str]:
    given = read_json(path, "--answers")
    if not isinstance(given, dict):
        raise click.UsageError("--answers must hold a JSON object.")
    return {key: _text(value) for key, value in given.items()}


def _text(value: Any) -> str:
    """An answer as it is written into a diagram; what is no text is FEEL, whose literals JSON's are."""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _check(path: Path, answers: dict[str, str], sop: bool) -> Verdict:
    try:
        files, resolve = library.read(path)
        return check_files(files, answers=answers, sop=sop, resolve=resolve, severities=sop_rules())
    except Refused as error:
        return Verdict(Answer.REFUSE, [], list(error.findings), {})


def _write(verdict: Verdict, target: Path) -> bool:
    """Write the one diagram with answers and repairs in it; a refused one is not written."""
    diagrams = [data for _, data in bpmn_files(verdict.files)]
    if verdict.verdict == Answer.REFUSE:
        click.echo("Nothing is written of a refused upload.", err=True)
        return False
    if len(diagrams) != 1:
        click.echo("--write needs exactly one diagram; name the diagram file itself.", err=True)
        return False
    target.write_bytes(diagrams[0])
    click.echo(f"Wrote {target}.", err=True)
    return True


def _print(verdict: Verdict) -> None:
    click.echo(f"{verdict.verdict.value}  {', '.join(verdict.processes)}")
    for finding in verdict.findings:
        where = f"{finding.path}:{finding.line}" if finding.line else finding.path
        click.echo(
            f"{finding.severity.value:8} {where} {finding.element or '–'} “{finding.name}”  [{finding.id}]"
        )
        click.echo(f"         {finding.message}")
        if finding.hint:
            click.echo(f"         {finding.hint}")
        for option in finding.options:
            click.echo(f"         - {option.value}: {option.label}")
