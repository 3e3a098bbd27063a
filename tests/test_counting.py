"""Schedules are run, their messages are summed, and neither is believed without the other."""

from __future__ import annotations

from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from derive.derivation.rules import counting
from derive.derivation.schedules import MAX_WORKERS, run, spans, trials
from derive.derivation.steps import Derivation, NotDerived, Outcome
from derive.errors import UsageError
from derive.maths.algebra import proved_equal
from derive.maths.exact import World, exact
from derive.maths.expr import ZERO, symbols_in
from derive.maths.read import read_expr
from derive.maths.write import latex, plain
from derive.problem.load import from_data, load
from derive.problem.model import Part, Problem

SPEC = Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2" / "comm-table.toml"
COUNT = {"type": "count"}
ONCE, ALL, ROUNDS = "r in 1..1", "i in 0..n-1", "r in 0..n-2"
NEXT = "worker (i+1) mod n"
Table = dict[str, Any]


def send(loops: list[str], start: str, end: str, action: str = "add", size: str = "p", chunk: str | None = None,
         unless: tuple[str, ...] = (), phase: str = "") -> Table:
    """One [[schedules.sends]] table."""
    out = {"for": loops, "from": start, "to": end, "action": action, "size": size, "unless": list(unless)}
    return {**out, "phase": phase} if chunk is None else {**out, "phase": phase, "chunk": chunk}


def problem(*sends: Table, workers: str = "n", parameters: str = "p",
            symbols: dict[str, Table] | None = None) -> Problem:
    """A problem that asks for both counts of one schedule, and for the table."""
    declared = {workers: COUNT, parameters: {"type": "count", "multiple_of": workers}, **(symbols or {})}
    parts = [{"id": what, "ask": "count", "schedule": "s", "what": what} for what in ("messages", "size")]
    table = {"id": "table", "ask": "table", "rows": ["s"], "columns": ["messages", "size"]}
    schedule = {"id": "s", "title": "S", "workers": workers, "parameters": parameters, "sends": list(sends)}
    head = {"schema": 1, "id": "t", "title": "t", "symbols": declared}
    return from_data({**head, "schedules": [schedule], "parts": [*parts, table]})


def solve(p: Problem, part: Part) -> Outcome:
    """The rule, deriving its own parts."""
    assert counting.accepts(p, part)
    return counting.derive(p, part, solve)


def derived(p: Problem, part: str) -> Derivation:
    """The derivation of a part that has one."""
    got = solve(p, p.part(part))
    assert isinstance(got, Derivation), got
    return got


def refused(p: Problem, part: str = "messages") -> str:
    """Why a part is not derived."""
    got = solve(p, p.part(part))
    assert isinstance(got, NotDerived)
    return got.reason


def equals(d: Derivation, formula: str) -> bool:
    """Whether the answer is this formula, by normal form."""
    p = d.problem
    assert d.answer is not None
    return proved_equal(d.answer, read_expr(formula, p.scope()), frozenset(p.symbols))


def star(root: str = "0", others: str = "i in 1..n-1") -> list[Table]:
    hub = f"worker {root}"
    return [send([ONCE, others], "worker i", hub), send([ONCE, others], hub, "worker i", "replace")]


def ring(size: str = "p/n", first: str = ROUNDS, second: str = ROUNDS, step: str = "+") -> list[Table]:
    back = "-" if step == "+" else "+"
    to = f"worker (i{step}1) mod n"
    return [send([first, ALL], "worker i", to, "add", size, f"i{back}r", phase="reduce-scatter"),
            send([second, ALL], "worker i", to, "replace", size, f"i{step}1{back}r", phase="all-gather")]


SERVER = [send([ONCE, ALL], "worker i", "server"), send([ONCE, ALL], "server", "worker i", "replace")]
EVERYONE = [send([ONCE, ALL, "j in 0..n-1"], "worker i", "worker j", unless=("i = j",))]
PARTNER = "worker i + 2^r*(1 - 2*mod(floor(i/2^r), 2))"  # flips bit r of i

SCHEDULES: dict[str, tuple[list[Table], dict[str, Table], str, str]] = {
    # name: sends, further symbols, messages, size
    "everyone to everyone": (EVERYONE, {}, "n*(n-1)", "p"),
    "everyone, by ordered pairs": ([
        send([ONCE, "i in 0..n-2", "j in i+1..n-1"], "worker i", "worker j", phase="swap"),
        send([ONCE, "i in 0..n-2", "j in i+1..n-1"], "worker j", "worker i", phase="swap")], {}, "n*(n-1)", "p"),
    "everyone, ranges that differ": ([
        send([ONCE, ALL, "j in 1..n-1"], "worker i", "worker j", unless=("i = j",), phase="swap"),
        send([ONCE, "i in 1..n-1"], "worker i", "worker 0", phase="swap")], {}, "n*(n-1)", "p"),
    "server apart": (SERVER, {}, "2*n", "p"),
    "server among the n": (star(), {}, "2*(n-1)", "p"),
    "server is the last of the n": (star("n-1", "i in 0..n-2"), {}, "2*(n-1)", "p"),
    "m servers with a share each": ([
        send([ONCE, ALL, "j in 0..m-1"], "worker i", "server j", "add", "p/m", "j"),
        send([ONCE, ALL, "j in 0..m-1"], "server j", "worker i", "replace", "p/m", "j")],
        {"m": COUNT, "p": {"type": "count", "multiple_of": "m"}}, "2*m*n", "p/m"),
    "ring": (ring(), {}, "2*n*(n-1)", "p/n"),
    "ring the other way": (ring(step="-"), {}, "2*n*(n-1)", "p/n"),
    "direct reduce-scatter": ([
        send([ONCE, ALL, "j in 0..n-1"], "worker i", "worker j", "add", "p/n", "j", ("i = j",)),
        send([ONCE, ALL, "j in 0..n-1"], "worker i", "worker j", "replace", "p/n", "i", ("j = i",))],
        {}, "2*n*(n-1)", "p/n"),
    "ring in both directions at once": (
        [send([ROUNDS, ALL], "worker i", f"worker (i{d}1) mod n", "add", "p/(2*n)", c, phase="reduce-scatter")
         for d, c in (("+", "2*(i-r)"), ("-", "2*(i+r)+1"))]
        + [send([ROUNDS, ALL], "worker i", f"worker (i{d}1) mod n", "replace", "p/(2*n)", c, phase="all-gather")
           for d, c in (("+", "2*(i+1-r)"), ("-", "2*(i-1+r)+1"))], {}, "4*n*(n-1)", "p/(2*n)"),
    "halfway round in both directions": ([
        send(["r in 1..floor(n/2)", ALL], "worker i", NEXT, "add", "p/n", "i + floor(n/2) - r + 1", phase="reduce"),
        send(["r in 1..floor((n-1)/2)", ALL], "worker i", "worker (i-1) mod n", "add", "p/n",
             "i - floor((n-1)/2) + r - 1", phase="reduce"),
        send([ROUNDS, ALL], "worker i", NEXT, "replace", "p/n", "i - r")], {}, "2*n*(n-1)", "p/n"),
    "line there and back": ([
        send(["i in 0..n-2"], "worker i", "worker i+1"),
        send(["i in 0..n-2"], "worker n-1-i", "worker n-2-i", "replace")], {}, "2*(n-1)", "p"),
    "binomial tree": ([
        send(["r in 0..log_2(n)-1", "i in 0..2^(log_2(n)-1-r)-1"], "worker i + 2^(log_2(n)-1-r)", "worker i"),
        send(["r in 0..log_2(n)-1", "i in 0..2^r-1"], "worker i", "worker i + 2^r", "replace")], {}, "2*(n-1)", "p"),
    "recursive doubling": ([send(["r in 0..log_2(n)-1", ALL], "worker i", PARTNER)], {}, "n*log_2(n)", "p"),
    "recursive doubling, n = 2^k": (
        [send(["r in 0..k-1", ALL], "worker i", PARTNER)],
        {"k": COUNT, "n": {"type": "count", "let": "2^k"}}, "n*k", "p"),
    "groups with a leader each": ([
        send([ONCE, "i in 0..a-1", "j in 1..b-1"], "worker b*i+j", "worker b*i"),
        send([ONCE, "i in 1..a-1"], "worker b*i", "worker 0"),
        send([ONCE, "i in 1..a-1"], "worker 0", "worker b*i", "replace"),
        send([ONCE, "i in 0..a-1", "j in 1..b-1"], "worker b*i", "worker b*i+j", "replace")],
        {"a": COUNT, "b": COUNT, "n": {"type": "count", "let": "a*b"}}, "2*(a*b-1)", "p"),
    "a message more where n is odd": (
        [*SERVER, send([ONCE, "c in 1..mod(n, 2)"], "worker 0", "server", "replace")], {}, "2*n + mod(n, 2)", "p"),
    "every parameter by itself": (
        [send([ONCE, ALL, "c in 0..p-1"], "worker i", "server", "add", "1", "c"),
         send([ONCE, ALL, "c in 0..p-1"], "server", "worker i", "replace", "1", "c")], {}, "2*n*p", "1"),
    "a given number of workers": (star(), {"n": {"type": "count", "value": "5"}}, "8", "p"),
    "more workers than are run": (star(), {"n": {"type": "count", "value": "64"}}, "126", "p"),
}


@cache
def named(name: str) -> Problem:
    """The problem of a schedule; its runs are kept with it."""
    sends, symbols, _, _ = SCHEDULES[name]
    return problem(*sends, symbols=symbols)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_gives_its_count_and_its_size(name: str) -> None:
    _, _, count, size = SCHEDULES[name]
    p = named(name)
    for part, formula in (("messages", count), ("size", size)):
        d = derived(p, part)
        assert equals(d, formula), plain(d.answer or ZERO)
        assert d.kind == "expression" and d.steps and all(s.after for s in d.steps)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_formula_is_what_every_run_counts(name: str) -> None:
    p = named(name)
    if any(s.given is not None for s in p.symbols.values()):
        return  # the runs stand for n, the answer for its value
    d, size = derived(p, "messages"), derived(p, "size")
    assert d.answer is not None and size.answer is not None
    for (n, messages, each), at in zip(d.extra["runs"], d.extra["instances"], strict=True):
        world = World({k: Fraction(v) for k, v in at.items()}, {})
        assert at["n"] == n and exact(d.answer, world) == messages and exact(size.answer, world) == each
    assert d.extra["runs"] == size.extra["runs"]


def test_the_homework() -> None:
    p = load(SPEC)
    assert p.id == "comm-table" and [s.id for s in p.schedules] == ["a2a", "ps", "ring"]
    wanted = {("a2a", "messages"): r"n \left(n - 1\right)", ("a2a", "size"): "p", ("ps", "messages"): "2 n",
              ("ps", "size"): "p", ("ring", "messages"): r"2 n \left(n - 1\right)", ("ring", "size"): r"\frac{p}{n}"}
    table = derived(p, "table")
    assert {k: latex(e) for k, e in table.extra["cells"].items()} == wanted
    for (row, column), e in table.extra["cells"].items():
        d = derived(p, f"{row}-{column}")
        assert d.answer == e and d.extra["checked"] == "n = 2..9"
        assert [n for n, _, _ in d.extra["runs"]] == list(range(2, 10))
    assert table.extra["rows"]["ring"][0] == "Ring all-reduce" and set(table.extra["columns"]) == {"messages", "size"}
    assert [(n, m) for n, m, _ in derived(p, "ring-messages").extra["runs"]][:3] == [(2, 4), (3, 12), (4, 24)]


def test_the_spec_holds_no_answer() -> None:
    text = SPEC.read_text(encoding="utf-8")
    assert "published" not in text
    for answer in ("n(n-1)", "n*(n-1)", "2n", "2*n", "n^2"):
        assert answer not in text.replace(" ", "")


# ------------------------------------------------------------------------------------------ near misses

REFUSED: dict[str, tuple[list[Table], str, str]] = {
    "only the second half of a ring": ([ring()[1]], "is no all-reduce", "ends without the contribution of"),
    "only the first half of a ring": ([ring()[0]], "is no all-reduce", "worker 0 ends without"),
    "a dropped round": (ring(second="r in 0..n-3"), "is no all-reduce",
                        "worker 1 ends without the contribution of worker 0"),
    "a round too many": (ring(first="r in 0..n-1"), "is no all-reduce", "a second time"),
    "the wrong chunk": (
        [ring()[0], send([ROUNDS, ALL], "worker i", NEXT, "replace", "p/n", "i-r")], "is no all-reduce", "without"),
    "whole vectors round the ring": (ring(size="p"), "is no all-reduce", "a second time"),
    "one after another": (
        [send([ALL, "j in 0..n-1"], "worker i", "worker j", unless=("i = j",))], "is no all-reduce", "a second time"),
    "a message to oneself": (
        [send([ONCE, ALL, "j in 0..n-1"], "worker i", "worker j")], "cannot be run", "sends to itself"),
    "a worker that is not there": (
        [send([ROUNDS, ALL], "worker i", "worker i+1")], "cannot be run", "no worker 2 among 0..1"),
    "a server that forgets": ([SERVER[0]], "is no all-reduce", "worker 0 ends without the contribution of worker 1"),
    "a server that asks twice": ([SERVER[0], *SERVER], "is no all-reduce", "server adds the contribution"),
    "a size that is not what is sent": ([{**EVERYONE[0], "size": "p/n"}], "cannot be run", "the whole vector is sent"),
    "no equal chunks": (ring(size="2*p/(2*n+1)"), "cannot be run", "not one of several equal chunks"),
    "a fixed number of parameters": (ring(size="12"), "is no all-reduce", "without"),
    "two messages that overwrite each other": (
        [send([ONCE, ALL], "worker i", "server", "replace"), SERVER[1]], "is no all-reduce", "overwrite the vector"),
    "a loop that is empty for n = 2 and negative in the sum": (
        [*ring(), send(["r in 0..n-4", ALL], "worker i", NEXT, "replace", "p/n", "i")],
        "the sum gives", "with n = 2 counts 4"),
    "a range that is never whole": ([send(["r in 0..sqrt(2)"], "worker 0", "worker 1")], "cannot be run for any n", ""),
    "a range without a closed sum": (
        [*SERVER, send([ONCE, ALL, "c in 1..mod(i, 2)"], "worker i", "server", "replace")],
        "cannot be summed", "mod(i, 2) stands in it"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_all_reduce_is_refused_with_the_reason(name: str) -> None:
    sends, *said = REFUSED[name]
    reason = refused(problem(*sends))
    for words in said:
        assert words in reason


def test_sizes_that_differ_have_no_one_size_but_a_count() -> None:
    p = problem(send([ONCE, ALL, "j in 0..n-1"], "worker i", "worker j", "add", "p/n", "j", ("i = j",)),
                send([ONCE, "i in 0..n-2"], "worker i", "worker n-1", "replace", "p/n", "i"),
                send([ONCE, "i in 0..n-2"], "worker n-1", "worker i", "replace", "p"))
    assert equals(derived(p, "messages"), "(n+2)*(n-1)")
    assert "not all of one size: p/n in phase 1" in refused(p, "size")
    assert "The cell S, size" in refused(p, "table")


def test_powers_of_two_are_said() -> None:
    d = derived(named("recursive doubling"), "messages")
    assert d.extra["checked"] == "n = 2, 4, 8, 16" and "For n = 2, 4, 8, 16 only" in d.says[0]
    assert symbols_in(d.answer or ZERO) == {"n"}


def test_halves_of_chunks_must_be_whole() -> None:
    assert derived(named("ring in both directions at once"), "size").says == ("It takes p/(2·n) to be a whole number.",)
    assert derived(named("ring"), "size").says == ()


# ------------------------------------------------------------------------------------------ metamorphic

@pytest.mark.parametrize(("n", "p"), [("K", "d"), ("N", "P"), ("w", "theta")])
def test_names_do_not_matter(n: str, p: str) -> None:
    def rename(x: Any) -> Any:
        if isinstance(x, list):
            return [rename(v) for v in x]
        for old, new in (("p/n", f"{p}/{n}"), ("mod n", f"mod {n}"), ("n-2", f"{n}-2"), ("n-1", f"{n}-1")):
            x = x.replace(old, new) if isinstance(x, str) else x
        return x

    sends = [{k: rename(v) for k, v in s.items()} for s in ring()]
    there = problem(*sends, workers=n, parameters=p)
    assert equals(derived(there, "messages"), f"2*{n}*({n}-1)") and equals(derived(there, "size"), f"{p}/{n}")


@settings(max_examples=25, deadline=None, derandomize=True)
@given(n=st.integers(2, 9), shift=st.integers(-5, 5), offset=st.integers(-9, 9))
def test_numbering_of_chunks_and_rounds_does_not_matter(n: int, shift: int, offset: int) -> None:
    """Chunks counted from elsewhere, rounds from elsewhere: the same all-reduce."""
    rounds = f"r in {offset}..n-2+({offset})"
    p = problem(send([rounds, ALL], "worker i", NEXT, "add", "p/n", f"i - (r - ({offset})) + ({shift})"),
                send([rounds, ALL], "worker i", NEXT, "replace", "p/n", f"i + 1 - (r - ({offset})) + ({shift})"))
    moved, usual = (run(q.schedules[0], n, 12 * n) for q in (p, problem(*ring())))
    assert moved.reduces and (moved.messages, moved.sizes, moved.rounds) == (usual.messages, usual.sizes, usual.rounds)


@settings(max_examples=25, deadline=None, derandomize=True)
@given(n=st.integers(2, 9), skip=st.integers(0, 8), half=st.booleans())
def test_no_round_of_the_ring_can_be_spared(n: int, skip: int, half: bool) -> None:
    """Round k of either half left out: some worker lacks something."""
    k = skip % (n - 1)
    sends = []
    for number, s in enumerate(ring()):
        if number == half:
            sends += [{**s, "for": [f"r in 0..{k}-1", ALL]}, {**s, "for": [f"r in {k}+1..n-2", ALL]}]
        else:
            sends.append(s)
    left_out = run(problem(*sends).schedules[0], n, n)
    assert not left_out.reduces and left_out.faults[0].kind in ("lacks", "twice")


@settings(max_examples=20, deadline=None, derandomize=True)
@given(n=st.integers(1, 12), scale=st.integers(1, 5))
def test_the_volume_of_a_ring_is_twice_the_least(n: int, scale: int) -> None:
    """Every worker sends 2 (n-1) chunks of p/n, whatever p is."""
    p = n * scale
    r = run(problem(*ring()).schedules[0], n, p)
    assert r.reduces and r.messages == 2 * n * (n - 1) and r.rounds == 2 * (n - 1)
    assert r.sizes == ((Fraction(scale),) if n > 1 else ())


def test_runs_are_bounded_and_shared() -> None:
    p = problem(*ring())
    with pytest.raises(UsageError, match=f"1..{MAX_WORKERS}"):
        run(p.schedules[0], MAX_WORKERS + 1, 100)
    assert trials(p, p.schedules[0]) is trials(p, p.schedules[0])
    wide = problem(send(["r in 0..10^9", ALL], "worker i", "server"))
    assert "more than" in refused(wide)
    assert spans([2, 3, 4]) == "2..4" and spans([2, 4, 8]) == "2, 4, 8"


def test_a_table_may_hold_columns_that_no_part_asks_for() -> None:
    data = {"schema": 1, "id": "t", "title": "t", "symbols": {"n": COUNT, "p": COUNT},
            "schedules": [{"id": "s", "title": "S", "workers": "n", "parameters": "p", "sends": SERVER}],
            "parts": [{"id": "table", "ask": "table", "rows": ["s"], "columns": ["messages"]}]}
    cells = derived(from_data(data), "table").extra["cells"]
    assert {k: latex(e) for k, e in cells.items()} == {("s", "messages"): "2 n"}
