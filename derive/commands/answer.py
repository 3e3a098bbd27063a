"""derive answer: grade one answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.common import CONTEXT, clear_errors, console, every_set
from derive.errors import DeriveError, UsageError

if TYPE_CHECKING:
    from derive.problem.model import Problem


def _problem_and_part(target: str) -> tuple[Problem, str]:
    from derive.problem.load import find, load_all

    path, _, part = target.partition("#")
    problems = load_all([path]) if Path(path).exists() else []
    if not problems:
        name, _, problem_id = path.rpartition("/")
        try:
            problems = load_all([path])
        except UsageError:
            problems = [p for p in load_all([name] if name else every_set()) if p.id == problem_id]
            if not problems:
                find(path)
    if len(problems) > 1:
        raise UsageError(target, "several problems stand there.", f"Name one: {', '.join(p.id for p in problems)}.")
    problem = problems[0]
    if not part and len(problem.parts) > 1:
        raise UsageError(target, "which part?", f"Write {path}#PART. Parts: {', '.join(p.id for p in problem.parts)}.")
    return problem, part or problem.parts[0].id


def _neighbours(problem: Problem) -> Iterator[Problem]:
    """The other problems of its folder; one that cannot be read is left out."""
    from derive.problem.load import find, load

    for file in find(problem.path.parent) if problem.path else []:
        try:
            yield load(file)
        except DeriveError:
            continue


# A formula may begin with a minus sign: only long options are options here.
FORMULA = {**CONTEXT, "help_option_names": ["--help"], "ignore_unknown_options": True, "allow_extra_args": True}


@click.command(context_settings=FORMULA)
@click.argument("target", metavar="PATH#PART")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help="The grade as one JSON object.")
@click.option("--no-certify", is_flag=True, help="Skip the numerical check of the key (faster; the key is only derived).")
@click.option("--seed", metavar="SEED", help="Grade for the variant of this seed or student (specs with [variants]).")
@click.option("--proof", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
              help="Prove a right answer by its normal form where that is cheap, by SymPy too, or measure it.")
@click.option("--read-only", is_flag=True, help="Show what was read, without a verdict (a student's preview).")
@clear_errors
def answer(target: str, text: str, as_json: bool, no_certify: bool, proof: str, read_only: bool, seed: str | None) -> None:
    """Grade one answer. TEXT is LaTeX, Unicode, plain or Python; '-' reads stdin.

    Exit code 0 only for a correct answer.
    """
    if click.get_current_context().args:
        raise UsageError(target, "more than one answer is given.", "Write PATH#PART with the part behind '#', and the answer in quotes.")
    from derive.grading.diagnosis.siblings import introduce_when_asked
    from derive.grading.grade import grade
    from derive.grading.preview import preview
    from derive.grading.verdict import Verdict

    problem, part = _problem_and_part(target)
    if seed is not None:
        from derive.problem.seeded import variant_of

        problem = variant_of(problem, seed)
    if text == "-":
        text = sys.stdin.read()
    if read_only:
        found = preview(problem, part, text)
        click.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(found["read_as"] or [found["problem"]]))
        sys.exit(0 if found["read_as"] else 1)
    introduce_when_asked(problem, lambda: _neighbours(problem))
    g = grade(problem, part, text, certified=not no_certify, proof=proof)
    if as_json:
        click.echo(json.dumps(g.to_dict(), ensure_ascii=False))
    else:
        from derive.reports.terminal import print_grade

        print_grade(console(), g)
    sys.exit(0 if g.verdict is Verdict.CORRECT else 1)
