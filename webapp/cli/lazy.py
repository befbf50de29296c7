"""The command group: loads a command when it is called, and says every refusal in the same way.

Loading late keeps ``alur --help`` and ``alur feel`` quick: the server, the database layer and the token
engine together take more than a second to import, and those two need none of them.
"""

import importlib
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import click

from engine.errors import AlurError
from webapp.cli.output import print_json
from webapp.cli.refusal import refusal, unexpected

_GIVEN = "alur.given"


class Place(NamedTuple):
    """The module of ``webapp.cli`` that a command lives in, and its line in the list of commands.

    ``document``: the command answers in JSON without being asked to.
    """

    module: str
    summary: str
    document: bool = False


class LazyGroup(click.Group):
    """A group whose commands are imported on first use. Their errors end as one clear message."""

    def __init__(self, *args: Any, places: Mapping[str, Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.places:
            return None
        module = importlib.import_module(f"webapp.cli.{self.places[cmd_name].module}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.places[name].summary) for name in self.list_commands(ctx)])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        # Kept for ``invoke``: wrong usage is found before the command has read its options.
        ctx.meta[_GIVEN] = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A refusal: exit 1; said on standard error, and with ``--json`` as the document."""
        if ctx.parent is not None:
            return super().invoke(ctx)  # a group within a group: the outermost one tells of errors
        given: list[str] = ctx.meta[_GIVEN]
        place = self.places.get(given[0]) if given else None
        document = "--json" in given or (place is not None and place.document)
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except click.ClickException as error:
            if document:
                print_json({"error": error.format_message()})
            raise
        except AlurError as error:
            said = refusal(error)
        except Exception as error:
            said = unexpected(error)
        click.echo(said.text, err=True)
        if document:
            print_json(said.document)
        sys.exit(1)
