"""How long a hostile answer takes: a right answer with one short piece repeated thousands of times before it, behind it and in a sentence of its own.

    python benchmarks/hostile.py --length 3000
    python benchmarks/hostile.py --length 3000 --longer 6000 --pieces 40 --seed 3

With --longer the slowest texts are tried at that length, too; the growth of their time from one length to the other is the exponent (2 is quadratic).
The last line is JSON: texts, mean_ms, worst_ms, over (how many took longer than --limit seconds), worst (part, piece and place), exponent (of the worst).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from derive.grading.grade import grade
from derive.problem.load import load_all
from derive.problem.model import Problem

ROOT = Path(__file__).resolve().parent.parent
ANSWERS = [
    ("penalty-l2", "update", r"$-\frac{\alpha}{2} g$"), ("penalty-linf", "update", r"-\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(g)"),
    ("penalty-l1", "update", "-(alpha/2) g_k e_k with k = argmax_i |g_i|"), ("penalty-linf", "optimizer", "sign descent with a step proportional to ||g||_1"),
    ("penalty-linf-unsquared", "status", r"bounded iff $\|g\|_1 \le 1/\alpha$"), ("limit-sgd", "vector", "a/||a||^2"), ("limit-sgd", "step-size", "0 < alpha < 1/||a||^2"),
    ("limit-sgd", "norm", "the 2-norm"), ("comm-table", "ps-messages", "There are $2n$ messages."),
    ("comm-table", "table", "All-to-all: n(n-1) messages of size p\nParameter server: 2n messages of size p\nRing: 2n(n-1) messages of size p/n"),
    ("prox_l1", "answer", r"$x_i = v_i-\lambda$ if $v_i>\lambda$, $v_i+\lambda$ if $v_i<-\lambda$, 0 otherwise"), ("cnt_conv", "answer", "parameters: C_o (C_i K^2 + 1)"),
]
PIECES = """
| || ( ) [ { } $ $$ \\( \\) \\[ ` ``` ' " “ a_ g gg if_ =_ = ,_ ._ . - 0_ 0. 0 1/ \\frac \\frac{1}{ _ ^ + * ** # \\quad_ \\_ the_ where_ so_ answer:_ not_ no,_ x=1_ (a_ a)_ norm_of_
the_norm_of_the_ half_of_ & \\\\ <td> < case_ if_g>0_then_ for_g=0_ g_i=0,_ 2n_ $g$_ $2n$._ $2n$_and_ =_$g$ and_ or_ the_ring_ each_ which_is_ (g) |g| ||g|| sign_ sign( max( e_k_
\\text{a}_ \\left( \\begin{cases} \\begin{ -1_ % ; :_ ? ! … —_ ∈_ → u=_ u=g,_ because_ i.e._ e.g._ instead_of_ times_ over_ squared_ with_ let_c=g._ where_c=g,_ 1._ (1)_ •_ ~ ℓ α ² 0.1
1e x^ {} () [1,_ a.b np. np.sum( return_ lambda_ for_i_in_ \\sum_{i} \\max_i_ \\|_ \\lVert_ \\cdot_ · / != <= => &nbsp; <br> the_first_ then_ wait,_ actually_ correction:_ twice_
per_worker_ in_total_ messages_ the_same_as_""".split()


class Text(NamedTuple):
    problem: str
    part: str
    piece: str
    place: str
    text: str


def texts(length: int, pieces: list[str]) -> Iterator[Text]:
    """Every answer with every piece at every place."""
    for problem, part, answer in ANSWERS:
        for p in pieces:
            run = p * (length // len(p))
            lines = "\n".join([p] * min(400, length // len(p) + 1))
            for place, text in (("behind", f"{answer} {run}"), ("in a sentence", f"{answer}. {run} x."), ("before", f"{run} {answer}"), ("on lines", f"{answer}\n{lines}")):
                yield Text(problem, part, p, place, text)


def seconds(t: Text, problems: dict[str, Problem]) -> float:
    """CPU seconds of one grading."""
    begins = time.process_time()
    grade(problems[t.problem], t.part, t.text, memo=False).to_dict()
    return time.process_time() - begins


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--length", type=int, default=3000, help="characters that are added (default 3000)")
    parser.add_argument("--longer", type=int, default=0, help="also try the ten slowest texts with so many characters")
    parser.add_argument("--limit", type=float, default=1.0, help="seconds above which a text is shown (default 1)")
    parser.add_argument("--pieces", type=int, default=0, help="only so many of the pieces, drawn at random")
    parser.add_argument("--seed", type=int, default=0)
    said = parser.parse_args()
    problems = {p.id: p for p in load_all([ROOT / "problems"])}
    pieces = [p.replace("_", " ") if len(p) > 1 else p for p in PIECES]
    if said.pieces:
        pieces = random.Random(said.seed).sample(pieces, min(said.pieces, len(pieces)))
    for problem, part, answer in ANSWERS:
        grade(problems[problem], part, answer).to_dict()  # the key is prepared once
    took = sorted(((seconds(t, problems), t) for t in texts(said.length, pieces)), key=lambda pair: -pair[0])
    for s, t in took[:10]:
        print(f"{s:8.3f} s  {t.problem}#{t.part}: {t.piece!r} {t.place}")
    exponent = 0.0
    if said.longer:
        tried = {(t.problem, t.part, t.piece, t.place): s for s, t in took[:10]}
        grown = [(seconds(t, problems), tried[key]) for t in texts(said.longer, pieces) if (key := (t.problem, t.part, t.piece, t.place)) in tried]
        exponent = max(math.log(max(b, 1e-4) / max(a, 1e-4)) / math.log(said.longer / said.length) for b, a in grown)
    slowest, worst = took[0]
    mean, over = sum(s for s, _ in took) / len(took), sum(s > said.limit for s, _ in took)
    print(json.dumps({"texts": len(took), "mean_ms": round(1e3 * mean, 2), "worst_ms": round(1e3 * slowest, 1), "over": over,
                      "worst": f"{worst.problem}#{worst.part} {worst.piece!r} {worst.place}", "exponent": round(exponent, 2)}))


if __name__ == "__main__":
    main()
