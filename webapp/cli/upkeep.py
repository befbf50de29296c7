"""Migrations, demo data, backup, restore, verify, and moving to another database."""

import sys
from pathlib import Path

import click

from engine.bootstrap import Settings
from engine.cases import erasing
from engine.errors import AlurError, msg
from engine.people.principals import of_login
from engine.upkeep import archive, audit, chain, copying, restoring, rotating, schema
from engine.upkeep.demo import PASSWORD, furnish_demo
from webapp.cli.house import opened
from webapp.cli.output import always_json, json_option, print_json, read_json


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to the newest tables."""
    done = schema.migrate(Settings.from_env(), _migrated)
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
    """Write everything (rows and attachments), read in one snapshot: TARGET, TARGET.keys, TARGET.erasures.

    TARGET alone tells nothing that people wrote; TARGET.keys opens it. Keep the keys apart from it, and no
    longer than you may have to restore it: what is erased meanwhile is gone for good with them.
    """
    with opened() as house:
        counts = archive.backup(house, target)
    _report(counts, as_json)
    for path, what in (
        (target, "rows and attachments, those of cases sealed"),
        (archive.beside(target, archive.KEYS_ENDING), "the keys that open it: keep them apart, and briefly"),
        (archive.beside(target, archive.ERASURES_ENDING), "what was erased so far: for restoring older ones"),
    ):
        click.echo(f"{path}  {what}", err=as_json)


@click.command()
@click.argument("source", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The file of keys that `alur backup` wrote with SOURCE, when it does not lie beside it.",
)
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The newest list of erasures that there is: what it names comes back erased.",
)
@json_option
def restore(source: Path, keys: Path | None, erasures: Path | None, as_json: bool) -> None:
    """Bring an archive into an empty installation; refused where there is data."""
    erased = restoring.read_erasures(read_json(erasures, "--erasures")) if erasures else []
    done = restoring.restore(Settings.from_env(), source, keys, erased)
    if as_json:
        print_json({"rows": done.rows, "erased": done.erased})
        return
    _report(done.rows, as_json)
    if done.erased:
        click.echo(f"{done.erased} cases came back erased.")


@click.command()
@always_json
def erasures() -> None:
    """Print which cases were erased as JSON, for `alur restore --erasures`; it names no person."""
    with opened() as house:
        print_json({"erasures": erasing.list_erasures(house)})


@click.command()
@click.argument("case_number")
@click.option("--as", "login", required=True, help="The identity custodian or an administrator.")
@click.option("--reason", required=True, help="Stays readable in the history: write no names.")
@click.confirmation_option(prompt="This cannot be undone, not even from a backup. Erase it?")
@json_option
def erase(case_number: str, login: str, reason: str, as_json: bool) -> None:
    """Erase, for good, what an ended report holds of people."""
    with opened() as house:
        with house.database.read() as session:
            who = of_login(session, login, house.now())
        erasing.erase(house, who, case_number, reason)
    if as_json:
        print_json({"erased": case_number})
    else:
        click.echo(f"{case_number} is erased.")


@click.command("rotate-keys")
@click.option("--check", is_flag=True, help="Wrap nothing; exit 1 while a former key is still in use.")
@json_option
def rotate_keys(check: bool, as_json: bool) -> None:
    """Wrap the key of each case anew by ALUR_CASE_KEY, in batches, while the house runs."""
    with opened() as house:
        done = rotating.rotate(house, _wrapped, only_look=check)
    if as_json:
        print_json({"before": done.before, "anew": done.anew, "left": done.left})
    else:
        click.echo(f"{done.anew} keys were wrapped anew, {done.before} were before.")
        if done.left:
            click.echo(f"{done.left} still need a former key: keep ALUR_CASE_KEY_BEFORE or ALUR_SECRET_KEY.")
        else:
            click.echo("No case needs a former key any more.")
    sys.exit(1 if done.left else 0)


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
        problems = audit.verify(house, known, _looked_at, _compared)
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
    """Copy every row into the empty database TARGET_URL; compare counts and history."""
    with opened() as house:
        counts = copying.move(house, target_url)
    _report(counts, as_json)


def _migrated(revision: str, done: int, total: int) -> None:
    click.echo(f"  {revision}: {done} of {total} rows …", err=True)


def _wrapped(done: int, total: int) -> None:
    click.echo(f"  {done} of {total} keys …", err=True)


def _looked_at(done: int, total: int) -> None:
    click.echo(f"  {done} of {total} entries of the history …", err=True)


def _compared(done: int, total: int) -> None:
    click.echo(f"  answers of {done} of {total} cases …", err=True)


def _report(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        print_json({"rows": counts})
        return
    for name, count in counts.items():
        click.echo(f"{name:24} {count}")
