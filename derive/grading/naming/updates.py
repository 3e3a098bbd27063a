"""The update that a text writes beside the name of an optimizer: 'gradient descent: θ_{t+1} = θ_t - (α/2) g', 'since u = -(α/2) g', 'the update is $-α g$'.

It is compared with the update that is to be named. What is written with letters of the text's own (a step size η), of another method, or as the usual form of a
method is not.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.derivation.steps import Derivation
from derive.errors import ReadError
from derive.grading.keys import Key
from derive.grading.text.segments import delimited
from derive.maths import expr as E
from derive.maths.equality import Different, Witness, agree
from derive.maths.expr import Expr
from derive.maths.read import readings

MAX_TEXT, MAX_FORMULA, _MOST = 6_000, 250, 12
_X = r"(?P<x>\\?[A-Za-zθΔ]+)"
_NEXT = r"(?:\s*_\s*(?:\{\s*[tkni]\s*\+\s*1\s*\}|\{?\s*(?:\\(?:text|mathrm)\s*\{)?new\}?\}?|\d)|\s*\^\s*(?:\{\s*\(?\s*[tkni]\s*\+\s*1\s*\)?\s*\}|\+|\{\s*\+\s*\})|'|⁺|ₜ₊₁|ₖ₊₁)?"
_NOW = r"(?:\s*_\s*(?:\{\s*[tkni]\s*\}|[tkni](?!\w)|\{?\s*(?:\\(?:text|mathrm)\s*\{)?old\}?\}?)|\s*\^\s*(?:\{\s*\(?\s*[tkni]\s*\)?\s*\}|[tkni])|ₜ|ₖ)?"
_ENTRY = re.compile(
    rf"\s*{_X}\s*_\s*\{{?\s*(?P<index>[ijkm])\s*\}}?\s*(?:=|:=|←|\\leftarrow|\\gets|<-)\s*(?P=x)\s*_\s*\{{?\s*(?P=index)\s*\}}?\s*(?P<change>[-−+–].{{1,{MAX_FORMULA}}}?)\s*[.,;]?\s*", re.S)
_STEP = re.compile(rf"\s*{_X}{_NEXT}\s*(?:=|:=|←|\\leftarrow|\\gets|<-)\s*(?P=x){_NOW}\s*(?P<change>[-−+–].{{1,{MAX_FORMULA}}}?)\s*[.,;]?\s*", re.S)
_PLAIN = re.compile(
    rf"(?<![\w\\]){_X}{_NEXT}\s*(?:=|:=|←|<-)\s*(?:(?P=x){_NOW}\s*)?[-−–+(\d√‖|A-Za-zα-ω][^\n;$,]{{1,160}}?(?=[,;.](?:\s|\Z)|\s+(?:with|where|which|that|so|and|because|since|is)\b|[)\]]?\s*(?:\Z|\n))")
_NABLA = re.compile(r"(?:\\nabla|∇)(?:\s*_\s*(?:\{\s*\\?\w+\s*\}|\\?\w))?\s*(?:\\mathcal\s*\{?\s*[A-Z]\s*\}?|\\ell|[A-Za-zℓ](?![A-Za-z]))?\s*(?:\([^()=]{1,20}(?:\([^()=]{1,6}\)[^()=]{0,6})?\))?")
_UPDATE_IS = re.compile(r"\b(?:update|step|minimi[sz]er)\s+(?:is|equals|reads|becomes)\W*\Z", re.I)
_OF_ANOTHER = re.compile(
    r"\b(?:not|never|unlike|would|instead|whereas|compared?|usual\w*|standard|ordinary|generic|general|normally|if|rather than|differs?|other|form|vs|versus|textbook)\b|n't\b", re.I)
_SENTENCE = re.compile(r"[.!?](?=\s)|\n")
_LEADS = re.compile(r"\s*(?::|—|–|,?\s*(?:i\.e\.|that is|namely|since|because|as|with|in the form))\s*(?:the\s+update\s+(?:is\s+)?)?:?\s*\Z", re.I)


class Written(NamedTuple):
    """A text without the updates that it writes, and the first of them that is another update than the one to be named."""

    rest: str
    wrong: str
    witness: Witness | None


def updates_written(text: str, key: Key) -> Written:
    """The updates that a text writes, held against the one that is named. key: of a part of kind 'name'."""
    if len(text) > MAX_TEXT or not any(s in text for s in ("=", "←", "arrow", "gets", "<-", " is ")):
        return Written(text, "", None)
    text = _written_out(text, key)
    rest, wrong, witness, place = "", "", None, 0
    for a, b in _formulas(text):
        begins = max((m.end() for m in _SENTENCE.finditer(text, max(0, a - 300), a)), default=max(0, a - 300))
        lead = text[begins:a]
        update = _update(text[a:b].strip("$` \n"), key, _UPDATE_IS.search(lead) is not None)
        if update is None or _OF_ANOTHER.search(lead) is not None:
            continue
        found = agree(update[0], update[1], key.generic)
        if isinstance(found, Different) and not wrong:
            wrong, witness = text[a:b].strip("$` \n"), found.witness
        before = text[place:a]
        cut = _LEADS.search(before)
        rest += (before[: cut.start()] if cut is not None else before) + " "
        place = b
    return Written(rest + text[place:], wrong, witness)


_AUGMENTED = re.compile(r"(?<![\w.])(?P<x>[A-Za-zθ]+)(?:\[(?P<i>[ijkm])\])?\s*(?P<sign>[-+])=\s*(?P<change>[^\n;,]{1,80}?)(?=\s+(?:with|where|and|for)\b|[;,.](?:\s|\Z)|\s*(?:\n|\Z))")
_OWN_STEP = re.compile(r"(?<![\w\\])(?P<name>lr|eta|η|\\eta|gamma|γ|step)\s*=\s*(?P<value>[^\s,;=][^,;=\n]{0,30}?)(?=[,;)]|\.(?:\s|\Z)|\s+(?:and|for|with|where)\b|\s*(?:\n|\Z))")


def _written_out(text: str, key: Key) -> str:
    """'theta[k] -= lr*g[k] with lr = alpha/2' as 'theta_k = theta_k - (alpha/2)*g_k with lr = alpha/2'."""
    def whole(m: re.Match[str]) -> str:
        index = f"_{m['i']}" if m["i"] else ""
        change = re.sub(rf"\[{m['i']}\]", index, m["change"]) if m["i"] else m["change"]
        return f"{m['x']}{index} = {m['x']}{index} {m['sign']} {change}"

    if "-=" in text or "+=" in text:
        text = _AUGMENTED.sub(whole, text)
    told = _OWN_STEP.search(text)
    if told is None or key.wanted.scope.writes(told["name"].lstrip("\\")):
        return text
    factor = re.compile(rf"(?<![\w\\]){re.escape(told['name'])}(?=\s*(?:\*|·|\\cdot)|\s+(?:g|\\nabla|∇))")
    return factor.sub(f"({told['value'].strip(' $')})".replace("\\", "\\\\"), text)


def _formulas(text: str) -> list[tuple[int, int]]:
    found = delimited(text)
    return found[:_MOST] if found else [m.span() for _, m in zip(range(_MOST), _PLAIN.finditer(text), strict=False)]


def _update(written: str, key: Key, called: bool) -> tuple[Expr, Expr] | None:
    """The update that a formula writes, in declared symbols, or an entry of it, and what it must be; called: the words before it say that it is one."""
    written = written.removeprefix("\\(").removeprefix("\\[").removesuffix("\\)").removesuffix("\\]").strip(" .,;")
    if len(written) > MAX_FORMULA:
        return None
    entry = _ENTRY.fullmatch(written)
    step = entry or _STEP.fullmatch(written)
    derivation = key.derivation
    gradient = derivation.extra["gradient"]
    said = step["change"] if step is not None else written
    if step is not None and "=" in said:  # x_new = x + u = x - F
        again = re.compile(rf"\s*{re.escape(step['x'])}{_NOW}\s*(?P<change>[-−+–].+)", re.S).fullmatch(said.rpartition("=")[2])
        if again is None:
            return None
        said = again["change"]
    if gradient.op == "sym":
        said = _NABLA.sub(lambda m: f" {gradient.data} ", said)
    if entry is not None:
        return _entry(said, entry["index"], key) if gradient.op == "sym" and (entry["index"] not in "ik" or _names_an_entry(said, entry["index"])) else None
    try:
        read = readings(said, key.wanted.scope)
    except ReadError:
        return None
    if len(read) != 1 or len(read[0].statements) != 1:
        return None
    s = read[0].statements[0]
    if step is None and not (called and not s.ops) and not (s.ops and set(s.ops) == {"="} and _is_unknown(s.terms[0], derivation)):
        return None
    update = s.terms[-1]
    if s.terms[0].op == "at" and len(E.free_indices(update)) == 1 and not update.shape:  # u_i = F_i
        update = E.comp(next(iter(E.free_indices(update))), update, derivation.extra["update"].shape[0])
    if E.free_indices(update) or not E.symbols_in(update).isdisjoint(_names(derivation)):
        return None
    if any(x.op in ("new", "blank", "restate", "argopt") for x in E.walk(update)) or update.shape != derivation.extra["update"].shape:
        return None
    return update, derivation.extra["update"]


def _entry(said: str, index: str, key: Key) -> tuple[Expr, Expr] | None:
    """The change of one entry, '-(alpha/2) g_k', and that entry of the update."""
    update = key.derivation.extra["update"]
    try:
        read, place = readings(said, key.wanted.scope), readings(f"{key.derivation.extra['gradient'].data}_{index}", key.wanted.scope)
    except ReadError:
        return None
    if len(read) != 1 or len(read[0].statements) != 1 or read[0].statements[0].ops or place[0].statements[0].terms[0].op != "at":
        return None
    change, at = read[0].statements[0].terms[0], place[0].statements[0].terms[0].args[1]
    if change.shape or any(x.op in ("new", "blank", "restate") for x in E.walk(change)):
        return None
    required = E.at(update, at)
    free = sorted(E.free_indices(change) | E.free_indices(required))
    if not free:
        return change, required
    return (E.comp(free[0], change, update.shape[0]), E.comp(free[0], required, update.shape[0])) if len(free) == 1 else None


def _names_an_entry(said: str, index: str) -> bool:
    """Whether a letter is the index of an entry in a change, and no count of steps."""
    return re.search(rf"_\s*\{{?\s*{index}(?![A-Za-z])", said) is not None


def _is_unknown(e: Expr, derivation: Derivation) -> bool:
    e = e.args[0] if e.op == "at" else e
    return e.op == "sym" and e.data in _names(derivation)


def _names(derivation: Derivation) -> tuple[str, ...]:
    """The names of the update itself."""
    base = derivation.problem.base(derivation.part)
    return tuple(base.program.over) if base.program is not None else ()
