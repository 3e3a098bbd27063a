"""Parts that ask for several things: each is found by its name, and they are judged together.

Each output is an equation with its name on the left, in any order; a tuple in the order of the statement, or a list for
an answer that is one vector, is read entry by entry. An output may use another one that the text gives. The optimum of a
program is judged as one point: feasible, and of the optimal value. What is missing is named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, product

from derive import patterns as re
from derive.derivation.steps import Derivation
from derive.grading.finding.either_or import sides, without_rejected
from derive.grading.finding.open_outputs import given_twice
from derive.grading.finding.reply import find_reply
from derive.grading.finding.value_names import with_value_named
from derive.grading.finding.wanted import Alternative, Interpretation, Reply, Wanted
from derive.grading.judging.judge import judge
from derive.grading.judging.numeric import judge_point
from derive.grading.judging.optimum import attains
from derive.grading.keys import Key
from derive.grading.text.brackets import closing
from derive.grading.text.cleaning import cleaned, unlabelled
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words.check import checked_words
from derive.grading.words.meanings import redefined
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined
from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol
from derive.maths.write import plain

VALUE, OPTIMUM = "value", "optimum"
_VALUE_EQUALS = re.compile(r"(?<![A-Za-z\\])(?:\\(?:text|mathrm)\{\s*value\s*\}|value)\s*=")
_SPACED_EQUALS = re.compile(r"(?:\s|\\[;,:! ])*(?<![<>!:=])=(?![=>])(?:\s*\\[;,:! ])*\s*")
# 'w=inv(H)*b value=...': two outputs on one line.
_VALUE_NEXT = re.compile(r"(?<=[\w)\]'}])[ \t]+(?=value\s*=)")
_STAR = r"(?:\s*\^\s*\{?\s*(?:\*|\\star)\s*\}?)?"
# 'w = A and the minimum value is B'.
_AND_THE = re.compile(r"\s*,?\s+and\s+(?=(?:the|its)\s+(?:[a-z]+\s+){1,3}(?:is|equals)\s+[^.;\n]*=)")
# 'w = A, and there E = B'.
_THERE = r"\b(?:(?:and|where|with)\s+)?(?:there|at\s+(?:this|that)\s+point|at\s+(?:this|that)\s+\$?\\?[a-z]\$?|at\s+it)\s*,?\s+(?:we\s+have\s+)?"
MAX_TEXT = 2_000
MAX_READINGS = 8
"""Combinations of answers that stand for the outputs, and of readings of each, that are tried."""

_ORDER = (Verdict.INCORRECT, Verdict.UNREADABLE, Verdict.UNDECIDED, Verdict.PARTIAL, Verdict.CORRECT)


_TUPLES = re.compile(r"(?:\\left\s*)?\((?P<names>[^(),=]{1,24}(?:,[^(),=]{1,24}){1,3}?)(?:\\right\s*)?\)\s*&?=\s*(?:\\left\s*)?(?=\()")


def _tuple_by_tuple(text: str, names: list[str]) -> str:
    """'(mu, v) = (A, B)' as 'mu = A, v = B', where all names are outputs."""
    m = _TUPLES.search(text)
    if m is None:
        return text
    told = [n.strip(" \\,;:!") for n in m["names"].split(",")]
    end = closing(text, m.end())
    values, depth, start = [], 0, m.end() + 1
    for k in range(start, end):
        depth += (text[k] in "([{") - (text[k] in ")]}")
        if text[k] == "," and not depth and text[k - 1] != "\\":
            values.append(text[start:k])
            start = k + 1
    values.append(text[start:end])
    if end < 0 or len(values) != len(told) or not set(told) <= set(names):
        return text
    given = ", ".join(f"{n.strip()} = {v.removesuffix(chr(92) + 'right')}" for n, v in zip(m["names"].split(","), values, strict=True))
    return text[: m.start()] + given + text[end + 1 :]


_DEFINES = re.compile(
    r"\s*(?:\$|\\\)|\\\])?\s*(?:[.;](?=\s)|,)?\s*(?:\\q?quad\s*)?"
    r"(?:\\text\s*\{\s*)?(?:\b(?:where|with|here)\b)?\s*\}?\s*(?P<rest>(?:\$|\\\(|\\\[)?\s*\\?[A-Za-z].*=.*)", re.S)


def _tuple_first(text: str, names: list[str]) -> str:
    """'(A, B), where m = F' as 'mu = A, v = B, where m = F': the outputs in the order of the statement, and what the letters in them are."""
    whole = text.strip()
    opened = re.match(r"(?P<d>\$\$?|\\\[|\\\()?\s*(?:\\left\s*)?(?=\()", whole)
    end = closing(whole, opened.end()) if opened is not None else -1
    m = _DEFINES.match(whole, end + 1) if end > 0 else None
    if opened is None or m is None:
        return text
    entries = _entries(whole[opened.end() : end + 1].replace(r"\right", "").replace(r"\left", ""))
    if len(entries) != len(names) or any("=" in e for e in entries):
        return text
    given = [n for n in names if re.search(rf"(?<![A-Za-z\\])\\?{re.escape(n)}\s*=(?!=)", whole)]
    if any(e.strip(" \\") != n for n, e in zip(names, entries, strict=True) if n in given):
        return text
    d = "$" if opened["d"] else ""
    told = [f"{d}{chr(92) if d and len(n) > 1 else ''}{n} = {e.removeprefix(chr(92) + ' ').strip()}{d}" for n, e in zip(names, entries, strict=True) if n not in given]
    return f"{', '.join(told)}{', where ' if d or chr(92) not in text else f',{chr(92)}quad '}{m['rest'].strip()}"


def judge_several(text: str, key: Key) -> tuple[Judgement, str]:
    """Judge an answer to a part with several outputs. Returns the judgement and what was read."""
    whole = text
    text = _SPACED_EQUALS.sub(" = ", without_rejected(unlabelled(cleaned(text))))
    outputs = key.derivation.outputs
    names = [n for n, _ in outputs]
    either = sides(text) or _both_complete(text, names)
    if either is not None:  # "A or B": both stand, and the worse decides
        return min((judge_several(side, key) for side in either), key=lambda pair: _ORDER.index(pair[0].verdict))
    twice = given_twice(text, names)
    if twice is not None:
        return min((judge_several(side, key) for side in twice), key=lambda pair: _ORDER.index(pair[0].verdict))
    text = _AND_THE.sub("\n", text)
    if VALUE in names and "value" in text:
        text = _VALUE_NEXT.sub("; ", text)
    for n in names:  # the star of w^* marks the optimum, of which all outputs are
        text = re.sub(rf"(?<![A-Za-z\\]){re.escape(n)}\s*(?:\^\s*(?:\{{\s*(?:\*|\\star)\s*\}}|\*|\\star)|\*(?=\s*(?:[=,;.)\n]|$|and\b)))", n + " ", text)
    if key.part.also:
        text = with_value_named(text, key.problem)
    if "there" in text or " at " in text or "point" in text:
        text = re.sub(rf"[\s,;]*{_THERE}(?=\$?(?:{'|'.join(map(re.escape, names))})\s*=)", "; ", text)
    for n in names:  # "w = A and b = B"
        text = re.sub(rf"[\s,;]*(?<![A-Za-z{{])and\s+(?=\$?\\?{re.escape(n)}\s*=)", ", ", text)
    text = entry_by_entry(_tuple_by_tuple(_tuple_first(text, names), names), names)
    found: dict[str, list[list[Interpretation]]] = {}
    standing: list[Alternative] = []
    unread = ""
    for name, e in outputs:
        # 'value = ...' is what people call a result, whatever it is: beside other outputs it is one of them.
        said = text if name == VALUE or VALUE not in names else _VALUE_EQUALS.sub(f"{OPTIMUM} =", text)
        reply = find_reply(said, wanted_for(key, name, e))
        errors = [a.error for a in reply.alternatives if not a.interpretations and a.error is not None]
        kept = [[i for i in a.interpretations if i.kind == "asked" and (i.members or i.restated)] for a in reply.alternatives]
        if any(kept):
            found[name] = [read for read in kept if read]
            standing += reply.alternatives
        elif re.search(rf"(?<![A-Za-z]){re.escape(name)}\s*=", text):
            unread = unread or (str(errors[0]) if errors else f"what stands after '{name} =' was not understood.")
    if not found:
        said = unread or f"No equation for {' or '.join(names)} was found; write {', '.join(f'{n} = ...' for n in names)}."
        return Judgement(Verdict.UNREADABLE, said), ""
    best = min((_best(dict(zip(found, stand, strict=True)), key) for stand in islice(product(*found.values()), MAX_READINGS)), key=lambda pair: _ORDER.index(pair[0].verdict))
    best = checked_words(best[0], Reply(tuple(standing)), text, key), best[1]
    if best[0].verdict is Verdict.CORRECT and (other := redefined(whole, key.wanted.scope)):
        return Judgement(Verdict.UNDECIDED, f"The formulas would be right for the {other} of the statement, but the text says that {other} denotes something else."), best[1]
    missing = [n for n in names if n not in found]
    if missing and (best[0].verdict is Verdict.CORRECT or best[0].diagnosis == "restatement"):
        if unread:
            return Judgement(Verdict.UNREADABLE, f"{', '.join(missing)} could not be read: {unread}"), best[1]
    if missing and best[0].verdict is Verdict.CORRECT:
        return Judgement(Verdict.PARTIAL, f"{' and '.join(missing)} is missing: {', '.join(names)} are asked. What is given is right."), best[1]
    return best


def _both_complete(text: str, names: Sequence[str]) -> tuple[str, str] | None:
    """The sides of an 'or' of which each gives every output."""
    for m in re.finditer(r"\sor\s", text) if len(text) < MAX_TEXT else ():
        left, right = text[: m.start()], text[m.end() :]
        if all(re.search(rf"(?<![A-Za-z])\\?{re.escape(n)}\}}?{_STAR}\s*=", side) for n in names for side in (left, right)):
            return left, right
    return None


def wanted_for(key: Key, name: str, e: Expr) -> Wanted:
    """What is looked for as one output."""
    scope = key.wanted.scope
    size = e.shape[0] if e.shape else scope.size
    # The optimal value has no symbol of its own in the statement.
    others = {OPTIMUM if n == VALUE and n != name else n: Symbol(OPTIMUM if n == VALUE and n != name else n, x.shape) for n, x in key.derivation.outputs}
    symbols = {**others, name: Symbol(name, e.shape), **scope.symbols}
    own = Scope(symbols, scope.dims, size, name, outputs=tuple(OPTIMUM if n == VALUE and n != name else n for n, _ in key.derivation.outputs))
    return Wanted(own, name, e.shape)


def _best(found: Mapping[str, list[Interpretation]], key: Key) -> tuple[Judgement, str]:
    """The best of the ways to read what stands for each output. Of several answers that stand, each must be right."""
    judged = [_together(dict(zip(found, choice, strict=True)), key) for choice in islice(product(*found.values()), MAX_READINGS)]
    return max(judged, key=lambda pair: _ORDER.index(pair[0].verdict))


def _together(given: dict[str, Interpretation], key: Key) -> tuple[Judgement, str]:
    """One reading of every output: all members of every chain must be right beside the others."""
    last = {n: [m for m in i.members if not m.approximate] or list(i.members) for n, i in given.items()}
    if any(i.restated or not last[n] for n, i in given.items()):
        return Judgement(Verdict.INCORRECT, "It restates the question: an optimisation or a limit is left standing.", "proved",
                         diagnosis="restatement"), "restatement"
    values = _resolved({n: m[-1].expr for n, m in last.items()}, key)
    read_as = "; ".join(f"{n} = {plain(e)}" for n, e in values.items())
    results: list[Judgement] = []
    for name, members in last.items():
        for m in members:
            point = {**values, name: _resolved({**values, name: m.expr}, key)[name]}
            results.append(_output(name, point, m.approximate, key))
    worst = min(results, key=lambda j: _ORDER.index(j.verdict))
    return worst, read_as


def _resolved(values: dict[str, Expr], key: Key) -> dict[str, Expr]:
    """Each output with the other outputs that stand in it put in, as far as they are given."""
    symbols = key.problem.symbols
    for _ in values:
        put = {E.sym(n, symbols[n].shape): e for n, e in values.items() if n in symbols and n not in E.symbols_in(e)}
        values = {n: E.replace(e, {s: v for s, v in put.items() if s.data != n and v.shape == s.shape}) for n, e in values.items()}
    return values


def _output(name: str, values: dict[str, Expr], approximate: bool, key: Key) -> Judgement:
    """One output beside the others."""
    d, own = key.derivation, dict(key.derivation.outputs)[name]
    answer = values[name]
    if key.truth is not None:
        return judge_point(values, key)
    open_names = E.symbols_in(answer) & {*d.point, *dict(d.outputs)}
    if open_names:
        return Judgement(Verdict.INCORRECT, f"{name}: it still contains {', '.join(sorted(open_names))}, which is asked too and not given.",
                         "proved", diagnosis="restatement")
    if d.kind == "point" and d.unique != "always" and name in d.point:
        return _point(name, values, key)
    if E.is_number(answer, 0) and own.shape:
        answer = E.zeros(*own.shape)
    inner = replace(key, outcome=_single(d, own), wanted=wanted_for(key, name, own), cache={})
    found = judge(answer, inner, approximate)
    return replace(found, reason=f"{name}: {found.reason}")


def _single(d: Derivation, answer: Expr) -> Derivation:
    """One output as a value of its own."""
    return replace(d, kind="expression", answer=answer, value=None, outputs=(), extra={})


def _point(name: str, values: dict[str, Expr], key: Key) -> Judgement:
    """Any feasible point of the optimal value is right: all outputs together, exactly, in worlds of every kind."""
    d = key.derivation
    shapes = {n: e.shape for n, e in d.outputs}
    for n, e in values.items():
        if len(E.as_column(e).shape) != len(shapes[n]):
            return Judgement(Verdict.INCORRECT, f"{n}: it is {E.shape_text(e.shape)}; {E.shape_text(shapes[n])} is asked.", "proved",
                             diagnosis="wrong shape")
    checked = 0
    point = {**d.point, **{n: E.as_column(e) for n, e in values.items() if n in d.point}}
    for ws in (*key.generic, *key.edges):
        for w in ws.worlds[:4]:
            try:
                outcome = attains(point, key, w)
            except Undefined:
                continue
            except NotEvaluable as err:
                return Judgement(Verdict.UNDECIDED, f"It could not be decided: {err}.")
            if outcome is not None:
                return Judgement(Verdict.INCORRECT, f"{name}: {outcome.note}", "proved", outcome)
            checked += 1
    if not checked:
        return Judgement(Verdict.UNDECIDED, "No instance could be evaluated.")
    return Judgement(Verdict.CORRECT, f"Together they are feasible and optimal on {checked} instances, exactly.", "measured")


# ------------------------------------------------------------------------------------------ tuples

_OPEN, _CLOSE = "([{", ")]}"
_WRAPPING = re.compile(r"^(?:return\s+|np\.array\s*(?=\()|numpy\.array\s*(?=\()|tuple\s*(?=\())")
_DELIMITED = re.compile(r"^(?:\$\$?|\\\[|\\\()\s*(.*?)\s*(?:\$\$?|\\\]|\\\))$", re.S)
_BOXED = re.compile(r"^\\boxed\{(.*)\}$", re.S)


def entry_by_entry(text: str, names: list[str]) -> str:
    """'(w, b) = (A, B)', '(A, B)', '[A, B]' as 'w = A; b = B'; any other text unchanged."""
    whole = text.strip().rstrip(".")
    for wrapped in (_DELIMITED, _BOXED):
        m = wrapped.match(whole)
        whole = m.group(1).strip() if m and "$" not in m.group(1) else whole
    whole = whole.replace(r"\left", "").replace(r"\right", "")
    sides = top_level(whole, "=")
    if len(sides) == 2 and len(_entries(sides[0])) == len(names):
        heads = [re.sub(r"\\(?:hat|widehat)\s*\{?\s*\\?(\w+)\s*\}?|[\\\s*^]", r"\1", h) for h in _entries(sides[0])]
        if len(heads) == len(names) and set(heads) == set(names):
            return _equations(heads, _entries(sides[1]), text)
        plain_heads = all(re.fullmatch(r"[\\\w{}^*' ]{1,40}", h) for h in _entries(sides[0]))
        return _equations(names, _entries(sides[1]), text) if plain_heads else text
    if len(sides) == 1 and not any(_PARTLY.search(e) and not _DELIMITED.fullmatch(e.strip()) for e in _entries(whole)):
        return _equations(names, _entries(whole), text)
    return text


_PARTLY = re.compile(r"\$|\\[(\[]")


def _equations(names: list[str], entries: list[str], text: str) -> str:
    if len(entries) != len(names) or any(len(top_level(e, "=")) > 1 for e in entries):
        return text
    return "; ".join(f"{n} = {e}" for n, e in zip(names, entries, strict=True))


def _entries(text: str) -> list[str]:
    """The entries of a tuple or list, with or without its brackets."""
    text = text.strip()
    while True:
        text = _WRAPPING.sub("", text).strip()
        if len(text) < 2 or text[0] not in "([" or closing(text) != len(text) - 1:
            break
        inside = text[1:-1]
        if len(top_level(inside, ",")) < 2 and inside.strip()[:1] not in ("(", "["):
            break
        text = inside.strip()
    return [e.strip() for e in top_level(text, ",") if e.strip()]


def top_level(text: str, sign: str) -> list[str]:
    """The text split at a sign that stands in no brackets (and is no part of <=, >=, ==, !=)."""
    out, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in _OPEN) - (c in _CLOSE)
        if c == sign and depth == 0 and not (sign == "=" and (text[i - 1 : i] in tuple("<>!=") or text[i + 1 : i + 2] == "=")):
            out.append(text[start:i])
            start = i + 1
    return [*out, text[start:]]
