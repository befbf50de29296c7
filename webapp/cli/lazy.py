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
from webapp.cli import output
from webapp.cli.refusal import refusal, unexpected


class Place(NamedTuple):
    """The module of ``webapp.cli`` that a command lives in, and its line in the list of commands."""

    module: str
    summary: str


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

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A refusal: exit 1; said on standard error, and with ``--json`` as the document."""
        try:
            return super().invoke(ctx)
        except (click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except click.ClickException as error:
            if output.wants_json(ctx):
                output.print_json({"error": error.format_message()})
            raise
        except AlurError as error:
            said = refusal(error)
        except Exception as error:
            said = unexpected(error)
        click.echo(said.text, err=True)
        if output.wants_json(ctx):
            output.print_json(said.document)
        sys.exit(1)
