"""What the commands that write papers share: options, variants, pictures, and the files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from derive.commands.common import open_for_writing
from derive.errors import UsageError

if TYPE_CHECKING:
    from derive.derivation.steps import Outcome
    from derive.problem.model import Problem
    from derive.reports.document import Document, Figure

FORMATS = ("md", "html", "tex")
OUTPUT = click.option("-o", "--output", type=click.Path(dir_okay=False), help="Write to this file instead of stdout.")
SEED = click.option("--seed", metavar="SEED", help="The variant of this seed: a number, or the name or id of a student. For specs with [variants].")
PICTURES = click.option("--pictures/--no-pictures", default=None,
                        help="Pictures (needs matplotlib). By default in HTML and PDF; in Markdown and LaTeX as files beside the output, on request.")


def seeded(problems: list[Problem], seed: str | None) -> list[Problem]:
    """The variants of a seed; the problems themselves where none is asked for."""
    from derive.problem.seeded import variant_of

    if seed is None:
        return problems
    if not any(p.variants for p in problems):
        click.echo("note: nothing is drawn in these specs ([variants]), so every seed has the same.", err=True)
    return [variant_of(p, seed) for p in problems]


def figures_of(rows: list[tuple[Problem, list[Outcome]]], form: str, output: str | None, wanted: bool | None) -> dict[str, dict[str, Figure]]:
    """The pictures of each problem. Without matplotlib a note says so, once."""
    from derive.reports.pictures import MISSING, can_draw, pictures

    beside = form in ("md", "tex")
    if wanted is False or (wanted is None and beside):
        return {}
    if beside and not output:
        raise UsageError("--pictures", f"pictures of {form} are files beside the output.", "Name the output: -o FILE.")
    if not can_draw():
        if wanted:
            raise UsageError("--pictures", MISSING)
        click.echo(f"note: {MISSING}", err=True)
        return {}
    return {p.id: pictures(p, outcomes) for p, outcomes in rows}


def write_papers(docs: list[Document], form: str, output: str | None, quiet: bool = False) -> None:
    """The papers in one file, or on stdout."""
    from derive.reports.document import as_html, as_markdown, as_tex

    if form == "html":
        write_text(as_html(docs), output, quiet)
    elif form == "pdf":
        from derive.reports.pdf import browser, engine, pdf_of_page, pdf_of_tex

        if not output:
            raise UsageError("--format pdf", "a PDF is no text for a terminal.", "Name the output: -o FILE.pdf.")
        latex = engine() if browser() is None else None
        files = {f"{b.figure.name}.pdf": b.figure.pdf for d in docs for b in d.blocks if b.figure is not None}
        data = pdf_of_page(as_html(docs)) if latex is None else pdf_of_tex(latex, as_tex(docs, {n.removesuffix(".pdf"): n for n in files}), files)
        _write_bytes(Path(output), data)
        if not quiet:
            click.echo(f"wrote {output}", err=True)
    else:
        places = _beside(docs, form, output)
        write_text("\n".join(as_markdown(d, places) for d in docs) if form == "md" else as_tex(docs, places), output, quiet)


def _beside(docs: list[Document], form: str, output: str | None) -> dict[str, str]:
    """The figures as files in a folder beside the output; their places, relative to it."""
    figures = [b.figure for d in docs for b in d.blocks if b.figure is not None]
    if not figures or output is None:
        return {}
    folder = Path(output).with_suffix("").with_name(Path(output).stem + "-pictures")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise UsageError(str(folder), f"this folder cannot be made: {err.strerror}.", "Name an output in a folder that may be written to.") from None
    out = {}
    for f in figures:
        name = f"{f.name}.{'svg' if form == 'md' else 'pdf'}"
        head = '<svg xmlns="http://www.w3.org/2000/svg"'  # a file of its own needs its namespace
        _write_bytes(folder / name, f.svg.replace("<svg", head, 1).encode("utf-8") if form == "md" else f.pdf)
        out[f.name] = f"{folder.name}/{name}"
    return out


def _write_bytes(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as err:
        raise UsageError(str(path), f"this cannot be written: {err.strerror}.", "Name a file in a folder that exists and may be written to.") from None


def write_text(text: str, output: str | None, quiet: bool = False) -> None:
    """To the file, or to stdout."""
    if output:
        with open_for_writing(output) as out:
            out.write(text)
        if not quiet:
            click.echo(f"wrote {output}", err=True)
    else:
        click.echo(text, nl=False)
