"""The command line. Data on stdout, progress and messages on stderr.

Exit codes: check 1 if any part falls; answer 0 only for correct; batch, transcript 0 when everything
was processed; 2 for bad usage or a spec or file that cannot be read.
"""

from __future__ import annotations

from importlib import import_module

import click

from derive import __version__
from derive.commands.common import CONTEXT, readable_everywhere

COMMANDS = (
    "new", "check", "key", "sheet", "guide", "variants", "verify", "answer", "batch", "grade", "regrade", "review", "export", "transcript", "override", "compare",
    "schema", "cache",
)
"""Each is the function of its name in the module of its name below derive.commands, in the order of the help text."""


class _Commands(click.Group):
    """Imports the module of a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"derive.commands.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=_Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="derive")
def main() -> None:
    """Derive, certify and grade closed-form answers to optimisation and machine-learning-theory problems.

    PATH is a spec (.toml), a folder of specs, or the name of an installed set such as cs182-hw2.
    """
    readable_everywhere()
