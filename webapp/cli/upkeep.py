"""Backup, restore, verify, and moving to another database."""

import sys
from pathlib import Path

import click

from engine.bootstrap import Settings, open_house
from engine.upkeep import archive, audit
from webapp.cli.output import json_option, print_json


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(target: Path, as_json: bool) -> None:
    """Write everything (rows and attachments) into one archive, read in one snapshot."""
    _report(archive.backup(open_house(Settings.from_env()), target), as_json)


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def restore(source: Path, as_json: bool) -> None:
    """Bring an archive into an empty installation; refused where there is data."""
    _report(archive.restore(Settings.from_env(), source), as_json)


@click.command()
@json_option
def verify(as_json: bool) -> None:
    """Look for what must not be: instances that wait for nothing, orphans, lost attachments."""
    problems = audit.verify(open_house(Settings.from_env()))
    if as_json:
        print_json({"problems": problems})
    else:
        for problem in problems:
            click.echo(f"{problem['kind']}: {problem['what']}")
        click.echo("Nothing wrong." if not problems else f"{len(problems)} problems.")
    sys.exit(1 if problems else 0)


@click.command("migrate-store")
@click.argument("target_url")
@json_option
def migrate_store(target_url: str, as_json: bool) -> None:
    """Copy every row into the empty database TARGET_URL and compare the counts."""
    _report(archive.move(open_house(Settings.from_env()), target_url), as_json)


def _report(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json({"rows": counts})
        return
    for name, count in counts.items():
        click.echo(f"{name:24} {count}")
