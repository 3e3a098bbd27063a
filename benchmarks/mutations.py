"""One mathematical change put into each true formal claim of a conversation in turn: how many are found false, and whether any is called true.

    DERIVE_SHARED=... python benchmarks/mutations.py claude-hw2.txt deepseek-hw2.md --each 8

The conversations are read from $DERIVE_SHARED/transcripts; without that folder there is nothing to run on. A change is a sign, a factor, a norm,
an index, a digit, a power, a function, a fraction upside down, a comparison the other way, or the order of two entries, put at one place of the formula
in which a claim stands. The turn that holds it is judged again as part of the whole conversation (`--whole N` judges N of the changed conversations from
the first line to the last too, and compares). A changed claim that is called true is worked out by NumPy at the stated optimum with a reader of its own
(`numeric.py`): it counts unless that shows it to be true still.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numeric import Values, holds

from derive.derivation.numerical import numerical_truth
from derive.problem.load import installed_sets, load_all
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conversation import read_claims
from derive.transcripts.claims.links import chains
from derive.transcripts.plain import pieces_of
from derive.transcripts.read import read_transcript
from derive.transcripts.turns import Transcript

FORMAL = ("equation", "numeric", "vector", "table-entry", "objective", "inequality")
Key = tuple[str, int, str, str]


@dataclass(frozen=True)
class Change:
    """One change of a text: which kind, and the text with it."""

    kind: str
    text: str


@dataclass(frozen=True)
class Site:
    """Where true formal claims stand: characters start to end of a segment of a turn, on some lines."""

    turn: int
    segment: int
    start: int
    end: int
    line_start: int
    line_end: int
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a change: found (called false), accepted (called true), sound (called true, and true by NumPy), missed (neither) or untouched (no claim
    was changed)."""

    site: Site
    change: Change
    what: str
    claims: tuple[Claim, ...]


# ------------------------------------------------------------------------------------------ changes

_SWAPS = (
    ("norm", r"(?<=[|‖∥])(\s*_\s*\{?\s*)1(?!\d)", r"\g<1>2"), ("norm", r"(?<=[|‖∥])(\s*_\s*\{?\s*)2(?!\d)", r"\g<1>1"),
    ("norm", r"(?<=[|‖∥])(\s*_\s*\{?\s*)(?:\\infty|∞)", r"\g<1>1"),
    ("norm", r"(?<=[|‖∥])(\s*_\s*\{?\s*)[12](?!\d)", r"\g<1>\\infty"), ("norm", r"(?<=[|‖∥])(\s*_\s*\{?\s*)(?:\\infty|∞)", r"\g<1>2"),
    ("power", r"(?<=[|‖∥)\]\w])(\s*\^\s*\{?\s*)2(?!\d)", r"\g<1>3"), ("power", r"(?<=[|‖∥)\]\w])\s*\^\s*(?:2(?!\d)|\{\s*2\s*\})", ""),
    ("relation", r"\\leq?(?![A-Za-z])|≤|<(?!=)", r"\\ge "), ("relation", r"\\geq?(?![A-Za-z])|≥|>(?!=)", r"\\le "),
    ("fraction", r"\\frac\s*\{([^{}]+)\}\s*\{([^{}]+)\}", r"\\frac{\2}{\1}"),
    ("index", r"_\s*\{\s*t\s*\+\s*1\s*\}", "_t"), ("index", r"_\s*\{?\s*t\s*\}?(?![\w+-])", r"_{t+1}"), ("index", r"t\s*-\s*1(?=\s*\})", "t"),
    ("index", r"(?<=[a-zA-Z]_)(?<!\\sum_)(?<!\\max_)(?<!\\min_)i(?![\w^,])", "1"), ("index", r"(\\sum\s*_\s*\{?\s*\w\s*=\s*)([01])", r"\g<1>2"),
    ("function", r"\\(?:operatorname\{sign\}|mathrm\{sign\}|text\{sign\}|sign|sgn)\s*\(?\s*(g(?:_i)?)\s*\)?", r"\1"),
    ("function", r"\\max(?![A-Za-z])", r"\\min"), ("function", r"\\min(?![A-Za-z])", r"\\max"),
    ("factor", r"\\alpha(?![A-Za-z_^])", r"\\alpha^2"), ("factor", r"(\\frac\s*\{[^{}]+\}\s*\{)(\d+)(?=\})", "+2"), ("factor", r"\bn(?=\s*\()", "(n+1)"),
    ("factor", r"\bp\b(?=\s*/)", "2p"),
)


def changes(text: str, displaced: bool = False) -> Iterator[Change]:
    """Every formula that is one change away from a text, each once; displaced: it is a pile of pieces, in which only what stands there can be exchanged."""
    seen = {text}
    for change in _changes(text):
        if change.text not in seen and not (displaced and (len(change.text) != len(text) or change.kind not in ("sign", "digit"))):
            seen.add(change.text)
            yield change


def _changes(text: str) -> Iterator[Change]:
    for m in re.finditer(r"(?<![\\{_^\w(-])(\s*)([-+−])(?=\s*[\\\w(\[|‖∥{.])", text):
        before = text[: m.start(2)].rstrip()
        leading = not before or before[-1] in "=([{,&≈" or before.endswith(("\\approx", "\\quad", "\\implies", "\\left(", "\\left["))
        sign = ("" if m.group(2) != "+" else "-") if leading else ("+" if m.group(2) != "+" else "-")
        yield Change("sign", text[: m.start(2)] + sign + text[m.end(2) :])
    for m in re.finditer(r"(?:=|\\approx|≈)\s*(?=\\frac|\\theta|[\w|‖∥\\])", text):  # a sign where there is none
        yield Change("sign", text[: m.end()] + " -" + text[m.end() :])
    for m in re.finditer(r"(?<![\w.^_\\])(?<!_\{)(?<!\^\{)(\d+\.\d+)(?![\w.])", text):
        digits = m.group(1)
        for k in (len(digits) - 1, digits.index(".") + 1):
            new = digits[:k] + str((int(digits[k]) + 1) % 10) + digits[k + 1 :]
            yield Change("digit", text[: m.start()] + new + text[m.end() :])
    for m in re.finditer(r"(?<![\w.^_\\])(?<!_\{)(?<!\^\{)(?<!_)(\d+)(?![\w.]|\s*\\?\w*\})", text):
        yield Change("digit", text[: m.start()] + str(int(m.group()) + 1) + text[m.end() :])
    for m in re.finditer(r"(?:=|\\approx(?![A-Za-z])|≈|\\leq?(?![A-Za-z])|<)(?=\s*(?:\\frac|[\w\\|‖∥(\[]))(?!\s*0\b)", text):  # a factor before the whole side
        end = _side_end(text, m.end())
        yield Change("factor", f"{text[: m.end()]} 2 ({text[m.end() : end].strip()}) {text[end:]}")
    for kind, pattern, new in _SWAPS:
        for m in re.finditer(pattern, text):
            put = m.group(1) + str(int(m.group(2)) + 2) if new == "+2" else m.expand(new)
            yield Change(kind, text[: m.start()] + put + text[m.end() :])
    for m in re.finditer(r"\[([^\[\]=]*?,[^\[\]=]*?)(?:\\right\s*)?\]", text):
        entries = m.group(1).split(",")
        for a in range(len(entries) - 1):
            if entries[a].strip() != entries[a + 1].strip() and "dots" not in entries[a] + entries[a + 1]:
                swapped = [*entries[:a], entries[a + 1], entries[a], *entries[a + 2 :]]
                yield Change("row", f"{text[: m.start(1)]}{','.join(swapped)}{text[m.end(1) :]}")


def _side_end(text: str, start: int) -> int:
    """The end of the side of a relation that begins at start."""
    depth = 0
    for m in re.compile(r"\\[A-Za-z]+|\\.|.", re.S).finditer(text, start):
        t = m.group()
        if depth == 0 and (t in ("=", "≈", "<", ">", "&", ",", ";", "\\\\", ")", "]", "}")
                           or t in ("\\approx", "\\le", "\\leq", "\\ge", "\\geq", "\\quad", "\\qquad", "\\implies", "\\Rightarrow", "\\in", "\\to", "\\end", "\\right")):
            return m.start()
        depth += (t in ("(", "[", "{", "\\left", "\\{")) - (t in (")", "]", "}", "\\right", "\\}"))
        if t == "\\left":
            depth -= 1
        depth = max(0, depth)
    return len(text)


# ------------------------------------------------------------------------------------------ sites

_SIGNS = {"~": "\\approx", "<=": "\\le", ">=": "\\ge", "!=": "\\ne", "<-": "\\leftarrow", "propto": "\\propto", "in": "\\in", "to": "\\to"}


def key(c: Claim) -> Key:
    """What tells a claim from the others of its turn."""
    return c.role, c.line_start, c.latex, c.type


def sites(transcript: Transcript, claims: Sequence[Claim]) -> Iterator[Site]:
    """The places of all true formal claims, each claim in one of them."""
    for turn in transcript.turns:
        mine = [c for c in claims if c.turn == turn.number and c.verdict == "true" and c.type in FORMAL]
        taken: set[Key] = set()
        for k, s in enumerate(turn.segments):
            if s.displaced:
                continue
            for p in pieces_of(s.text):
                line = s.line_start + s.text.count("\n", 0, p.start)
                if not p.formula or not p.text.strip():
                    continue
                links = {f"{a} {_SIGNS.get(op, op)} {b}" for c in chains(" ".join(p.text.split())) for a, op, b in zip(c.terms, c.ops, c.terms[1:], strict=False)}
                terms = {t for c in chains(" ".join(p.text.split())) for t in c.terms}
                here = tuple(c for c in mine if c.role == s.role and c.line_start == line and not c.lossy and (c.latex in links or c.latex.rpartition(" = ")[2] in terms)
                             and key(c) not in taken and s.text.startswith(p.text, p.start))
                if here:
                    taken |= {key(c) for c in here}
                    yield Site(turn.number, k, p.start, p.start + len(p.text), line, line + p.text.count("\n"), here)
        for c in mine:
            if key(c) in taken:
                continue
            found = next(((k, s) for k, s in enumerate(turn.segments) if s.role == c.role and s.line_start <= c.line_start <= s.line_end), None)
            if found is None:
                print(f"no place of {c.id} l.{c.line_start} {c.latex}", file=sys.stderr)
                continue
            k, s = found
            lines = s.text.split("\n")
            first, last = c.line_start - s.line_start, min(c.line_end, s.line_end) - s.line_start
            start = sum(len(x) + 1 for x in lines[:first])
            yield Site(turn.number, k, start, start + len("\n".join(lines[first : last + 1])), c.line_start, c.line_end, (c,))


def put(transcript: Transcript, site: Site, new: str) -> Transcript:
    """The conversation with another text at a site."""
    turn = next(t for t in transcript.turns if t.number == site.turn)
    s = turn.segments[site.segment]
    segment = replace(s, text=s.text[: site.start] + new + s.text[site.end :])
    changed = replace(turn, segments=(*turn.segments[: site.segment], segment, *turn.segments[site.segment + 1 :]))
    return replace(transcript, turns=tuple(changed if t.number == turn.number else t for t in transcript.turns))


def text_at(transcript: Transcript, site: Site) -> str:
    """What stands at a site."""
    turn = next(t for t in transcript.turns if t.number == site.turn)
    return turn.segments[site.segment].text[site.start : site.end]


# ------------------------------------------------------------------------------------------ what is still true

_OPS = {"\\approx": "~", "\\le": "<=", "\\ge": ">=", "\\ne": "!=", "\\leftarrow": "<-", "\\propto": "propto", "=": "=", "<": "<", ">": ">"}
_RELATION = re.compile(r"\s(\\approx|\\le|\\ge|\\ne|\\leftarrow|\\propto|=|<|>)\s")
_ONE = re.compile(r"\b(?:is a scalar|one dimension(?:al)?|one-dimensional|1-?d\b|scalar case|simple case|n\s*=\s*1)", re.I)


def instances(problem: Problem, one: bool) -> list[Values]:
    """Instances with the optimum of the problem, found by CVXPY or by running it; one: those of dimension one, else those of higher."""
    part = next((p for p in problem.parts if p.ask in ("argmin", "limit")), None)
    truth = numerical_truth(problem, part) if part is not None else None
    if part is None or truth is None:
        return []
    out: list[Values] = []
    for x in truth.instances:
        if x.world.kind != "generic" or (max(x.world.dims.values(), default=2) == 1) != one:
            continue
        values = {n: np.array(v, dtype=float) for n, v in x.world.values.items()}
        point = {n: np.asarray(v, dtype=float) for n, v in x.point.items()} if part.program is not None else {problem.iteration.over: np.asarray(x.value)} if problem.iteration else {}
        out.append({**values, **point})
    return out


def still_true(claim: Claim, transcript: Transcript, site: Site, problems: Sequence[Problem]) -> bool | None:
    """Whether NumPy finds a changed claim true at the stated optimum; None where it cannot tell."""
    cut = _RELATION.split(f" {claim.latex} ")
    problem = next((p for p in problems if p.id == claim.part.partition("#")[0]), None)
    if len(cut) != 3 or problem is None:
        return None
    turn = next(t for t in transcript.turns if t.number == site.turn)
    said = [" ".join(p.text.split()) for s in turn.segments for p in pieces_of(s.text) if p.formula]
    others = [c for text in said for c in chains(text) if (cut[0].strip(), cut[2].strip()) not in zip(c.terms, c.terms[1:], strict=False)]
    equations = [(a, b) for c in others for a, op, b in zip(c.terms, c.ops, c.terms[1:], strict=False) if op in ("=", ":=")]  # a statement does not testify for itself
    text = turn.segments[site.segment].text
    return holds(cut[0], _OPS[cut[1]], cut[2], instances(problem, bool(_ONE.search(text[max(0, site.start - 400) : site.start].rsplit("\n\n", 1)[-1]))), equations)


# ------------------------------------------------------------------------------------------ judging

def outcome(site: Site, change: Change, before: Sequence[Claim], after: Sequence[Claim]) -> Outcome:
    """What became of a change, by the claims of its turn before and after."""
    old, new = Counter(map(key, before)), Counter(map(key, after))
    gone = [c for c in site.claims if new[key(c)] < old[key(c)]]
    lines = {c.line_start for c in site.claims} if site.claims[0].lossy else range(site.line_start, site.line_end + 1)
    fresh = tuple(c for c in after if new[key(c)] > old[key(c)] and c.role == site.claims[0].role and c.line_start in lines)
    if not gone:
        return Outcome(site, change, "untouched", fresh)
    if any(c.verdict == "false" for c in fresh):
        return Outcome(site, change, "found", fresh)
    return Outcome(site, change, "accepted" if any(c.verdict == "true" for c in fresh) else "missed", fresh)


def run(transcript: Transcript, problems: list[Problem], each: int, seed: int, part: tuple[int, int] = (0, 1)) -> Iterator[Outcome]:
    """The outcomes of some changes of every site, drawn so that every kind of change has its turn; part (k, n): of every n-th site from the k-th on."""
    random_one = random.Random(seed)
    base = {t.number: read_claims(transcript, problems, t.number).claims for t in transcript.turns}
    places = list(sites(transcript, [c for found in base.values() for c in found]))
    for k, site in enumerate(places):
        by_kind: dict[str, list[Change]] = {}
        for c in changes(text_at(transcript, site), any(c.lossy for c in site.claims)):
            by_kind.setdefault(c.kind, []).append(c)
        drawn: list[Change] = []
        for pool in by_kind.values():
            random_one.shuffle(pool)
        while len(drawn) < each and any(by_kind.values()):
            drawn += [pool.pop() for pool in by_kind.values() if pool]
        if k % part[1] != part[0]:
            continue
        if sys.stderr.isatty():
            print(f"\r{k + 1} of {len(places)} places", end="", file=sys.stderr)
        for c in drawn[:each]:
            changed = put(transcript, site, c.text)
            found = outcome(site, c, base[site.turn], read_claims(changed, problems, site.turn).claims)
            if found.what == "accepted" and all(still_true(x, changed, site, problems) for x in found.claims if x.verdict == "true"):
                found = replace(found, what="sound")
            yield found


def same_as_whole(transcript: Transcript, problems: list[Problem], outcomes: Sequence[Outcome], count: int) -> int:
    """Of how many changed conversations, of some of the outcomes, the turn is judged as it is in the whole."""
    same = 0
    for o in outcomes[:: max(1, len(outcomes) // count)][:count]:
        changed = put(transcript, o.site, o.change.text)
        whole = [c for c in read_claims(changed, problems).claims if c.turn == o.site.turn]
        same += whole == read_claims(changed, problems, o.site.turn).claims
    return same


def main() -> None:
    """Run it and print what was found, JSON last."""
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("documents", nargs="*", default=["claude-hw2.txt", "deepseek-hw2.md"])
    args.add_argument("--set", default="cs182-hw2", help="the problems that the conversations are about")
    args.add_argument("--each", type=int, default=8, help="changes of each place")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--whole", type=int, default=0, help="how many changed conversations are judged from the first line to the last too, and compared")
    args.add_argument("--part", default="0/1", help="k/n: every n-th place from the k-th on")
    given = args.parse_args()
    if "DERIVE_SHARED" not in os.environ:
        sys.exit("DERIVE_SHARED is not set: it names the folder that holds transcripts/")
    problems = load_all([installed_sets() / given.set])
    k, n = map(int, given.part.split("/"))
    for document in given.documents:
        transcript = read_transcript(Path(os.environ["DERIVE_SHARED"]) / "transcripts" / document)
        began = time.process_time()
        found = list(run(transcript, problems, given.each, given.seed, (k, n)))
        count = Counter(o.what for o in found)
        for o in found:
            if o.what in ("accepted", "missed", "sound"):
                print(f"{o.what} {document}:{o.site.line_start} {o.change.kind}: {' '.join(o.change.text.split())}")
                for c in o.claims:
                    print(f"    {c.verdict}: {c.latex}: {c.reason}")
        kinds = {kind: dict(Counter(o.what for o in found if o.change.kind == kind)) for kind in sorted({o.change.kind for o in found})}
        decided = count["found"] + count["accepted"] + count["missed"]
        whole = {"whole": given.whole, "same_as_whole": same_as_whole(transcript, problems, found, given.whole)} if given.whole else {}
        print(json.dumps({"document": document, **whole, "places": len({o.site for o in found}), "claims": sum(len(s.claims) for s in {o.site for o in found}), **count,
                          "share_found": round(count["found"] / max(decided, 1), 4), "kinds": kinds, "cpu_seconds": round(time.process_time() - began, 1)}))


if __name__ == "__main__":
    main()
