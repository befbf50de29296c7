"""The command group, and how refusals reach the shell."""

import sys
from typing import Any

import click

from engine.errors import AlurError, Invalid, Refused
from webapp.cli import calendar, check, language, people, play, serve, upkeep


class Alur(click.Group):
    """A group whose commands may raise engine errors: said on standard error, exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except AlurError as error:
            tell(error)
            sys.exit(1)


def tell(error: AlurError) -> None:
    """Say what was refused, every fault on its own line, and how to mend it."""
    click.echo(str(error), err=True)
    if isinstance(error, Invalid):
        for fault in error.fields:
            click.echo(f"  {fault.key}: {fault.message}", err=True)
    if isinstance(error, Refused):
        for finding in error.findings:
            click.echo(f"  {finding.path}:{finding.line} {finding.element}: {finding.message}", err=True)
    if error.hint:
        click.echo(f"  {error.hint}", err=True)


@click.group(cls=Alur, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="alur", prog_name="alur")
def main() -> None:
    """Alur runs each agency's complaint SOP as the BPMN diagram it was drawn as."""


for command in (
    check.check,
    play.play,
    language.feel,
    language.dmn,
    serve.serve,
    serve.scheduler,
    serve.worker,
    serve.migrate,
    serve.demo,
    people.user,
    people.token,
    calendar.calendar,
    upkeep.backup,
    upkeep.restore,
    upkeep.verify,
    upkeep.migrate_store,
):
    main.add_command(command)
