"""Migrations, demo data, backup, restore, verify, and moving to another database."""

import sys
from pathlib import Path

import click

from engine.bootstrap import Settings
from engine.errors import AlurError, msg
from engine.upkeep import archive, audit, chain, schema
from engine.upkeep.demo import PASSWORD, furnish_demo
from webapp.cli.house import opened
from webapp.cli.output import always_json, json_option, print_json, read_json


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the newest tables."""
    done = schema.migrate(Settings.from_env())
    if as_json:
        print_json({"migrated": done})
    else:
        click.echo(f"Migrated: {', '.join(done)}." if done else "The database is up to date.")


@click.command()
@json_option
def demo(as_json: bool) -> None:
    """Make demo agencies, people, SOPs and reports; running it again changes nothing."""
    settings = Settings.from_env()
    if settings.production:
        raise AlurError(msg("Demo data has a public password; it is refused in production mode."))
    with opened(settings) as house:
        made = furnish_demo(house, lambda name: click.echo(f"  {name} …", err=True))
    if as_json:
        agencies = [{"key": key, "name": name, "logins": logins} for key, name, logins in made.agencies]
        print_json({"password": PASSWORD, "reports": made.reports, "agencies": agencies})
        return
    click.echo(f"Demo accounts, all with the password {PASSWORD}:")
    for key, name, logins in made.agencies:
        click.echo(f"  {name}")
        click.echo(f"    {', '.join(login.partition('@')[0] for login in logins)}  @{key}")
    click.echo(f"{made.reports} demo reports.")


@click.command()
@click.argument("target", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(target: Path, as_json: bool) -> None:
    """Write everything (rows and attachments) into one archive, read in one snapshot."""
    with opened() as house:
        counts = archive.backup(house, target)
    _report(counts, as_json)


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
def restore(source: Path, as_json: bool) -> None:
    """Bring an archive into an empty installation; refused where there is data."""
    _report(archive.restore(Settings.from_env(), source), as_json)


@click.command()
@always_json
def heads() -> None:
    """Print the end of each agency's history as JSON, for somebody else to keep.

    Whoever rewrites a whole history cannot lead it back to an end that another keeps: `alur verify --heads`.
    """
    with opened() as house:
        print_json({"at": house.now().isoformat(), "heads": audit.heads(house)})


@click.command()
@click.option(
    "--heads",
    "kept",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Ends that `alur heads` printed earlier: the history must still lead through them.",
)
@json_option
def verify(kept: Path | None, as_json: bool) -> None:
    """Look for what must not be: a changed history, instances and limits that wait for nothing, orphans."""
    known = chain.read_heads(read_json(kept, "--heads")) if kept else []
    with opened() as house:
        problems = audit.verify(house, known, _looked_at)
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
    with opened() as house:
        counts = archive.move(house, target_url)
    _report(counts, as_json)


def _looked_at(done: int, total: int) -> None:
    click.echo(f"  {done} of {total} events of the history …", err=True)


def _report(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json({"rows": counts})
        return
    for name, count in counts.items():
        click.echo(f"{name:24} {count}")
