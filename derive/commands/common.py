"""What the commands share: consoles, errors, progress bars, derived parts, files to write."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from derive.errors import DeriveError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from derive.derivation.certificate import Certificate
    from derive.derivation.steps import Outcome
    from derive.problem.model import Problem


CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def console(stderr: bool = False) -> Console:
    from rich.console import Console

    class Shown(Console):
        def on_broken_pipe(self) -> None:
            raise BrokenPipeError  # as for all other output: clear_errors ends the command

    # Piped output is not cut at a terminal's width.
    wide = None if sys.stdout.isatty() or stderr else 200
    return Shown(stderr=stderr, width=wide, highlight=False, soft_wrap=False)


def clear_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """One message and exit code 2 for what the user can mend; no traceback. A reader that has seen enough (head) ends it with 0."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DeriveError as err:
            click.echo(f"error: {err}", err=True)
            sys.exit(2)
        except BrokenPipeError:
            _drop_output()
            sys.exit(0)
        except OSError as err:  # no room, no permission, a device that is gone: of a file that has a name, or of the output
            _drop_output()
            what = f"the system refuses this: {err.strerror or err}."
            click.echo(f"error: {err.filename or 'output'}: {what} Mend its permissions or its place, or name another.", err=True)
            sys.exit(2)

    return run


def _drop_output() -> None:
    """What still waits for stdout goes nowhere, so that Python does not fail on it at the end."""
    try:
        sys.stdout.flush()
    except OSError:
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        except OSError:
            return


def readable_everywhere() -> None:
    """Where the terminal's encoding lacks a letter, α for one, its code is written in place of it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.encoding.lower().replace("-", "") != "utf8":
            stream.reconfigure(errors="backslashreplace")


def progress(total: int, label: str) -> Any:
    """A bar on a terminal: how many of how many, how many a second, how long it will take."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        """So many a second, over the last of them."""

        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.3g}/s" if task.speed else "", style="progress.data.speed")

    return Progress(
        TextColumn(label),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=console(stderr=True),
        transient=True,
        disable=not sys.stderr.isatty() or total < 2,
    )


def derived(problems: list[Problem], seconds: float) -> Iterator[tuple[Problem, Outcome, Certificate | None]]:
    from derive.derivation.certify import certify
    from derive.derivation.solve import solve
    from derive.derivation.steps import Derivation

    total = sum(len(p.parts) for p in problems)
    with progress(total, "deriving and certifying") as bar:
        task = bar.add_task("", total=total)
        for problem in problems:
            for part in problem.parts:
                outcome = solve(problem, part, seconds)
                yield problem, outcome, certify(outcome) if isinstance(outcome, Derivation) else None
                bar.advance(task)


def end_refuted(rows: list[tuple[Problem, Outcome, Certificate | None]]) -> None:
    """Name the parts whose derivation is refuted, and end with exit code 1 where there are any."""
    from derive.reports.refuted import refuted_parts

    for name in (found := refuted_parts(rows)):
        click.echo(f"refuted by its certificate, so there is no answer: {name}", err=True)
    if found:
        sys.exit(1)


DEADLINE = click.option(
    "--deadline",
    "seconds",
    type=click.FloatRange(min=0.1),
    default=10.0,
    show_default=True,
    metavar="SECONDS",
    help="Clock for the derivation of one part; past it the part is reported as open, not as wrong.",
)


def open_for_writing(path: str, mode: str = "w") -> Any:
    try:
        return open(path, mode, encoding="utf-8")
    except OSError as err:
        raise UsageError(path, f"this cannot be written: {err.strerror}.", "Name a file in a folder that exists and may be written to.") from None


def every_set() -> list[str]:
    from derive.problem.load import installed_sets

    return [d.name for d in installed_sets().iterdir() if d.is_dir()] if installed_sets().is_dir() else []
