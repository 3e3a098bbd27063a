"""Pictures of a key, where people would rather look: drawn with matplotlib, which is imported when the first is drawn.

A picture shows one instance, sampled as the worlds of the tests are, and says which.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any

from derive.derivation.steps import Derivation, Outcome
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined
from derive.problem.model import Problem
from derive.reports.document import Figure

MISSING = "No pictures: matplotlib is not installed. Install it with: pip install 'matplotlib>=3.8,<4'"
INK, SOFT, ACCENT, BAD, GOOD = "#1c2330", "#8a93a3", "#1f5fa8", "#b3261e", "#1d7a45"

# What an instance may meet in a formula that it has no picture of.
CANNOT = (NotEvaluable, Undefined, ValueError, ArithmeticError, KeyError, IndexError, TypeError)


def can_draw() -> bool:
    """Whether matplotlib is there."""
    return find_spec("matplotlib") is not None


def pictures(problem: Problem, outcomes: Iterable[Outcome]) -> dict[str, Figure]:
    """Figures by the id of the part that they stand at; a statement that is no picture (more than two unknowns, no vector) has none."""
    from derive.reports.picture_iteration import path_picture
    from derive.reports.picture_program import level_picture
    from derive.reports.picture_schedule import rounds_picture

    out: dict[str, Figure] = {}
    drawn: set[str] = set()
    for outcome in outcomes:
        if not isinstance(outcome, Derivation):
            continue
        for what, draw in (("program", level_picture), ("iteration", path_picture), ("schedule", rounds_picture)):
            try:
                found = draw(problem, outcome, drawn)
            except CANNOT:
                continue
            if found is not None:
                figure, caption = found
                out[outcome.part.id] = _figure(f"{problem.id}-{outcome.part.id}-{what}", figure, caption)
                break
    return out


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Any, Any]:
    """A figure without a screen, and its axes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    figure = Canvas(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(rows, columns, squeeze=False)
    for ax in axes.flat:
        ax.tick_params(colors=INK, labelsize=8)
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
    return figure, axes


def label(tex: str) -> str:
    r"""A formula for a label, in what matplotlib sets of LaTeX."""
    text = tex.replace(r"\top", "T").replace(r"\left", "").replace(r"\right", "").replace(r"\operatorname{sign}", r"\mathrm{sign}").replace(r"\|", r"\Vert ")
    return f"${text}$"


def _figure(name: str, figure: Any, caption: str) -> Figure:
    import matplotlib as mpl

    svg, pdf = io.StringIO(), io.BytesIO()
    # The same picture byte for byte, its letters as outlines: no font is asked of the reader's machine.
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "path"}):
        figure.savefig(svg, format="svg", metadata={"Date": None, "Creator": None}, facecolor="white")
    figure.savefig(pdf, format="pdf", metadata={"CreationDate": None, "Creator": None, "Producer": None}, facecolor="white")
    return Figure(re.sub(r"[^\w-]", "-", name), _inline(svg.getvalue(), name), pdf.getvalue(), caption)


def _inline(svg: str, name: str) -> str:
    """The SVG element as a part of a page: no XML head, no foreign addresses, ids of its own."""
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.S)
    body = re.sub(r"<!--.*?-->", "", body, flags=re.S)
    body = re.sub(r'\s(?:xmlns:\w+|xmlns|version)="[^"]*"', "", body)
    own = re.sub(r"\W", "", name)
    body = re.sub(r'\bid="([^"]+)"', rf'id="{own}-\1"', body)
    body = re.sub(r'xlink:href="#([^"]+)"', rf'href="#{own}-\1"', body)
    return re.sub(r"url\(#([^)]+)\)", rf"url(#{own}-\1)", body)
