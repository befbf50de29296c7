"""``alur check``: what is missing in a diagram or package, and the answered diagram written out."""

import sys
from pathlib import Path

import click

from engine.bpmn.check import check as check_files
from engine.bpmn.finding import Answer, Verdict
from engine.catalog import library
from engine.errors import AlurError, Refused
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
    given = read_json(answers, "--answers") if answers else {}
    if not isinstance(given, dict):
        raise click.UsageError("--answers must hold a JSON object.")
    try:
        files, resolve = library.read(path)
        verdict = check_files(
            files, answers={key: str(value) for key, value in given.items()}, sop=sop, resolve=resolve
        )
    except Refused as error:
        verdict = Verdict(Answer.REFUSE, [], list(error.findings), {})
    if write:
        _write(verdict, write)
    if as_json:
        print_json(verdict.as_json())
    else:
        _print(verdict)
    sys.exit(0 if verdict.verdict in (Answer.RUN, Answer.FIX) else 1)


def _write(verdict: Verdict, target: Path) -> None:
    diagrams = [data for name, data in verdict.files.items() if name.endswith(".bpmn")]
    if len(diagrams) != 1:
        raise AlurError("--write needs exactly one diagram; name the .bpmn file itself.")
    target.write_bytes(diagrams[0])
    click.echo(f"Wrote {target}.", err=True)


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
