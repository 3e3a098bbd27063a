"""derive variants: a variant for each student, derived and certified before use."""

from __future__ import annotations

import csv
import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.common import DEADLINE, clear_errors, open_for_writing, progress
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.problem.model import Problem
    from derive.reports.document import Document
    from derive.reports.handout import Handed

MOST = 100_000  # seeds of one run


@click.command()
@click.argument("path")
@click.option("--roster", type=click.Path(dir_okay=False), metavar="FILE", help="One student a line, or a CSV file with a column student, id, login, email or name.")
@click.option("--seeds", metavar="A..B", help="The seeds A, A+1, ..., B.")
@click.option("--all", "everything", is_flag=True, help="Every combination that meets the constraints (to check a spec before it is handed out).")
@click.option("-o", "--output", type=click.Path(file_okay=False), metavar="DIR", help="Write a sheet and a key for everyone, and variants.csv, to DIR.")
@click.option("--format", "form", type=click.Choice(["md", "html", "tex", "pdf"]), default="html", show_default=True, help="Of the sheets and keys in DIR.")
@click.option("--jsonl", is_flag=True, help="Prompts with their specs as JSON lines on stdout, one a part (for training loops).")
@DEADLINE
@clear_errors
def variants(path: str, roster: str | None, seeds: str | None, everything: bool, output: str | None, form: str, jsonl: bool, seconds: float) -> None:
    """Give each student a variant of the problems that draw their parameters ([variants] in a spec).

    The same student always gets the same variant of the same version. Each different variant is derived and certified
    first; those that are not are left out, named, and make the exit code 1. Equal variants are named.
    """
    from derive.problem.load import load_all
    from derive.reports.handout import hand_out

    if sum((roster is not None, seeds is not None, everything)) != 1:
        raise UsageError("variants", "for whom?", "Give one of --roster FILE, --seeds A..B and --all.")
    problems = load_all([path])
    drawn = [p for p in problems if p.variants]
    if not drawn:
        raise UsageError(path, "nothing is drawn in these specs.", "Add a [variants] table (docs/specs.md).")
    names = _names(roster, seeds)
    handed: list[Handed] = []
    total = sum(_size(p) if everything else len(names) for p in drawn)
    with progress(total, "deriving and certifying") as bar:
        task = bar.add_task("", total=total)
        for p in drawn:
            for h in _all(p, seconds) if everything else hand_out(p, names, seconds):
                handed.append(h)
                bar.advance(task)
    good = [h for h in handed if not h.trouble]
    if jsonl:
        _print_prompts(good)
    else:
        _print_table(handed)
    if output:
        _write(Path(output), handed, form)
    _say(drawn, handed, everything)
    sys.exit(1 if len(good) < len(handed) else 0)


def _names(roster: str | None, seeds: str | None) -> list[str]:
    from derive.reports.handout import read_roster

    if roster is not None:
        return read_roster(Path(roster))
    if seeds is None:
        return []
    m = re.fullmatch(r"\s*(\d{1,18})\s*(?:\.\.\s*(\d{1,18})\s*)?", seeds)
    first, last = (int(m.group(1)), int(m.group(2) or m.group(1))) if m else (1, 0)
    if last < first or last - first >= MOST:
        raise UsageError("--seeds", f"'{seeds}' is no range of at most {MOST} seeds.", "Write --seeds 1..500.")
    return [str(s) for s in range(first, last + 1)]


def _size(p: Problem) -> int:
    assert p.variants is not None
    return p.variants.size


def _all(p: Problem, seconds: float) -> list[Handed]:
    from derive.problem.seeded import with_values
    from derive.problem.variants import MAX_LISTED, Variant
    from derive.reports.handout import Handed, trouble_of

    assert p.variants is not None
    if p.variants.size > MAX_LISTED:
        raise UsageError(p.id, f"{p.variants.size} combinations are too many to look at one by one; {MAX_LISTED} are.", "Check a range of seeds instead: --seeds 1..500.")
    out = []
    for i, values in enumerate(p.variants.all()):
        own = with_values(p, Variant(f"#{i + 1}", values))
        out.append(Handed(f"#{i + 1}", own, trouble_of(own, seconds)))
    return out


def _print_prompts(handed: list[Handed]) -> None:
    from derive.reports.handout import prompts

    for h in handed:
        for record in prompts(h):
            click.echo(json.dumps(record, ensure_ascii=False))


def _print_table(handed: list[Handed]) -> None:
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(_HEAD)
    rows.writerows(_row(h) for h in handed)


_HEAD = ["student", "problem", "version", "variant", "largest_denominator", "certified", "trouble"]


def _row(h: Handed) -> list[str]:
    from derive.reports.handout import largest_denominator

    return [h.seed, h.problem.id, h.problem.version, " ".join(h.key), str(largest_denominator(h.problem)) if not h.trouble else "", "no" if h.trouble else "yes", h.trouble]


def _write(folder: Path, handed: list[Handed], form: str) -> None:
    """DIR/STUDENT.sheet.FORM and DIR/keys/STUDENT.key.FORM with all problems of a student, and DIR/variants.csv."""
    from derive.commands.papers import write_papers
    from derive.reports.handout import key_paper
    from derive.reports.sheet import sheet_document

    try:
        (folder / "keys").mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise UsageError(str(folder), f"this folder cannot be made: {err.strerror}.", "Name a folder that may be written to.") from None
    by_seed: dict[str, list[Handed]] = {}
    for h in handed:
        by_seed.setdefault(h.seed, []).append(h)
    files: dict[str, str] = {}
    made: dict[tuple[str, ...], Document] = {}
    with progress(len(by_seed), "writing sheets and keys") as bar:
        task = bar.add_task("", total=len(by_seed))
        for seed, own in by_seed.items():
            name = _file_name(seed, files)
            if not any(h.trouble for h in own):  # nobody gets half a sheet
                keys = [key_paper(h, made) for h in own]
                write_papers([sheet_document(h.problem) for h in own], form, str(folder / f"{name}.sheet.{form}"), quiet=True)
                write_papers(keys, form, str(folder / "keys" / f"{name}.key.{form}"), quiet=True)
            bar.advance(task)
    with open_for_writing(str(folder / "variants.csv")) as out:
        table = csv.writer(out, lineterminator="\n")
        table.writerow([*_HEAD, "file"])
        table.writerows([*_row(h), files[h.seed]] for h in handed)
    click.echo(f"wrote {len(by_seed)} sheets and keys, and variants.csv, to {folder}", err=True)


def _file_name(seed: str, files: dict[str, str]) -> str:
    """A safe file name for a student; two students never share one."""
    base = re.sub(r"[^\w.@+-]", "_", seed).strip(".")[:80] or "student"
    name, k = base, 1
    while name.lower() in {f.lower() for f in files.values()}:
        k += 1
        name = f"{base}-{k}"
    files[seed] = name
    return name


def _say(drawn: list[Problem], handed: list[Handed], everything: bool) -> None:
    from itertools import islice

    from derive.problem.variants import MAX_LISTED
    from derive.reports.handout import duplicates

    for p in drawn:
        own = [h for h in handed if h.problem.id == p.id]
        bad = sorted({" ".join(h.key) + ": " + h.trouble for h in own if h.trouble})
        assert p.variants is not None
        there = len(list(islice(p.variants.all(), MAX_LISTED))) if p.variants.size <= MAX_LISTED else None
        click.echo(f"{p.id}: {len(own)} variants, {len({h.key for h in own})} different" + (f" of {there} that meet the constraints" if there is not None else "")
                   + f"; {len(own) - sum(bool(h.trouble) for h in own)} certified.", err=True)
        for line in bad[:10]:
            click.echo(f"  not handed out: {line}", err=True)
        if not everything:
            for key, who in duplicates(own)[:5]:
                click.echo(f"  {len(who)} have {' '.join(key)}: {', '.join(who[:8])}{', ...' if len(who) > 8 else ''}", err=True)
