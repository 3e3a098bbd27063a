"""The run: every part against right forms and near misses that nobody had to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from derive.derivation.solve import solve
from derive.derivation.steps import Derivation
from derive.grading.stress.forms import Form, forms
from derive.grading.stress.grids import table_forms
from derive.grading.stress.misses import misses
from derive.grading.stress.report import Finding, StressReport
from derive.grading.stress.subject import Subject
from derive.grading.stress.values import Unvalued
from derive.grading.stress.words import name_forms, norm_candidates, norm_forms
from derive.grading.stress.wrong_forms import wrong_forms
from derive.grading.verdict import Verdict
from derive.maths import expr as E
from derive.problem.model import Part, Problem

SEED = 1
PATIENCE = 30  # draws in a row that bring nothing new, times sqrt of what there is, end the search
EXPLAINED = 20  # every so many texts the reason is asked for, whatever the verdict
Judge = Callable[[Problem, Part, str], tuple[str, Callable[[], str]]]
"""Problem, part and text -> the verdict, and what tells why; that is asked only of what was judged wrongly."""


def by_grade(problem: Problem, part: Part, text: str) -> tuple[str, Callable[[], str]]:
    """The verdict of the judge that is tested; an exception is a verdict of its own."""
    from derive.grading import grade as judge

    try:
        g = judge.grade(problem, part, text, certified=False)
    except Exception as err:
        return "crash", partial("{}: {}".format, type(err).__name__, err)
    return g.verdict.value, lambda: f"read as {g.read_as!r}. {g.reason}"


def stress_file(path: str, n: int, seed: int = SEED) -> list[StressReport]:
    """Try every part of the spec in a file: a piece of work for a process of its own."""
    from derive.problem.load import load

    return stress(load(path), n, seed)


def stress_files(paths: Sequence[str], n: int, workers: int = 1, seed: int = SEED) -> Iterator[list[StressReport]]:
    """The reports of each spec in the order of the paths, from several processes. They do not depend on how many."""
    one = partial(stress_file, n=n, seed=seed)
    if workers == 1:
        yield from map(one, paths)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(one, paths)


def stress(problem: Problem, n: int, seed: int = SEED, parts: tuple[str, ...] = (), judge: Judge = by_grade) -> list[StressReport]:
    """Try n right forms and n near misses of every part (of those named in `parts`, if any).

    The texts depend only on the problem and the seed. judge: what is tested; by default `grade`.
    """
    return [stress_part(problem, p, n, seed, judge) for p in problem.parts if not parts or p.id in parts]


def stress_part(problem: Problem, part: Part, n: int, seed: int = SEED, judge: Judge = by_grade) -> StressReport:
    """Try n right forms and n near misses of one part."""
    report = partial(StressReport, problem.id, part.id, n, seed)
    outcome = solve(problem, part)
    if not isinstance(outcome, Derivation):
        return report(skipped=f"no key: {outcome.reason}")
    try:
        drawn = streams(outcome, seed)
    except (Unvalued, NotImplementedError, E.ShapeError, ValueError, KeyError) as err:
        drawn = f"the direct check does not know this kind of part: {err}"
    if isinstance(drawn, str):
        return report(skipped=drawn)
    right, wrong = (distinct(s, n) for s in drawn)
    if not right and not wrong:
        return report(skipped="no hand can write this answer")
    texts = {f.text for f in right}
    wrong = [f for f in wrong if f.text not in texts]
    refused, accepted, undecided = [], [], 0
    for k, f in enumerate(right):
        verdict, why = _judged(judge, problem, part, f.text, k)
        if verdict != Verdict.CORRECT.value:
            refused.append(Finding(f.text, f"{f.medium}, {f.how}", verdict, why()))
    for k, f in enumerate(wrong):
        verdict, why = _judged(judge, problem, part, f.text, k)
        if verdict in (Verdict.CORRECT.value, "crash"):
            accepted.append(Finding(f.text, f"{f.medium}, {f.how}", verdict, why()))
        undecided += verdict in (Verdict.UNDECIDED.value, Verdict.UNREADABLE.value)
    classes = tuple(sorted(Counter(f.how for f in wrong).items()))
    return report(len(right), tuple(refused), len(wrong), tuple(accepted), undecided, classes)


def _judged(judge: Judge, problem: Problem, part: Part, text: str, k: int) -> tuple[str, Callable[[], str]]:
    """The verdict of the k-th text; of some, what tells why is asked, too: a diagnosis must not break."""
    verdict, why = judge(problem, part, text)
    if k % EXPLAINED == 0:
        try:
            why()
        except Exception as err:
            return "crash", partial("its explanation fails: {}: {}".format, type(err).__name__, err)
    return verdict, why


def streams(d: Derivation, seed: int) -> tuple[Iterator[Form], Iterator[Form]] | str:
    """The right forms and the near misses of a part, or why there are none."""
    if d.kind == "table":
        return table_forms(d, seed, True), table_forms(d, seed, False)
    if d.kind == "name":
        return name_forms(d, seed, True), name_forms(d, seed, False)
    if d.kind == "norm":
        good, bad = norm_candidates(d)
        return (norm_forms(d, good, seed, False), norm_forms(d, bad, seed, True)) if good else "no norm passes the direct check by CVXPY"
    if d.answer is None:
        return f"a part of kind '{d.kind}' has no expression to write"
    subject = Subject(d)
    if not subject.sound:
        if subject.unsolved:
            return f"neither CVXPY nor a direct search solves this program: {subject.unsolved}"
        return "the key itself does not pass the direct check by NumPy, SciPy and CVXPY"
    pool = misses(subject)
    return forms(subject, seed, [m.expr for m in pool]), wrong_forms(subject, seed, pool)


def distinct(stream: Iterator[Form], n: int) -> list[Form]:
    """The first n different texts of a stream, fewer where it seems to hold no more."""
    found: dict[str, Form] = {}
    idle = 0
    for form in stream:
        idle = idle + 1 if form.text in found else 0
        found.setdefault(form.text, form)
        if len(found) >= n or idle > PATIENCE * (1 + len(found)) ** 0.5:
            break
    return list(found.values())
