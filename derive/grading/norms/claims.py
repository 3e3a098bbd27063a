"""What a text claims, denies or merely mentions of norms: 'it also minimises the 1-norm', 'not the 2-norm', 'its 2-norm is 1.56', 'every norm is minimised'.

A right norm counts only where no other norm is claimed that the limit does not minimise.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import NamedTuple

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.asides.units import sentences
from derive.grading.keys import Key, kept
from derive.grading.norms.named import is_convex_norm, judge_norm, norms_in, of_another_method
from derive.grading.text.segments import pieces
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.write import plain


class Mention(NamedTuple):
    """Where a norm stands in a text, and what is said of it: 'claimed', 'denied' or 'aside'. norm: None for one that is named and not read."""

    start: int
    end: int
    norm: Expr | None
    stance: str


class _Span(NamedTuple):
    start: int
    end: int
    lead: str  # what stands before a relative clause, or before a colon


MOST_MENTIONS = 40
_MOST_FORMULAS = 12
_REACH = 500
_BARS = re.compile(r"(?P<bar>\\\||‖|\|\||\\lVert\b)[^|‖]{1,30}?(?:(?P=bar)|\\rVert\b)\s?_?\s?(?:\{[^{}]{1,10}\}|\\infty|[12∞₁₂])")
_BELOW_BARS = re.compile(r"(?:\||‖|\\[rlV]?[vV]ert)\s*_\s*\{?\s*\Z")  # 'L_1' below the bars of a norm that is written
_OF_A_COMMAND = re.compile(r"\\[A-Za-z]*\Z")  # the l of '\\bigl(1/a'
_NOT_READ = re.compile(r"(?:\\ell|[ℓL]|\bl)\s?_?\{?(?:[03-9]|₀|₃)|\b(?:[03-9]|zero|three)[\s-]norm\b|\b(?:nuclear|spectral|energy|trace|entropy|(?:semi|quasi)-?)[\s-]?norms?\b|\bsparsest\b", re.I)
_IN_WORDS = ((E.ONE, re.compile(r"\bsum\s+of\s+(?:the\s+|its\s+|all\s+)?(?:absolute\s+values|moduli)", re.I)), (E.INF, re.compile(r"\b(?:largest|greatest)\s+(?:absolute\s+\w+|modulus)", re.I)))
_CONJUNCTION = re.compile(r"\b(?:but|while|whereas|yet|although|though|however)\b", re.I)
_RELATIVE = re.compile(r"\s*(?:which|whose|that|who)\b")
_CLAIM = re.compile(r"minimi|\b(?:least|smallest|lowest|shortest|minimal|minimum|min|also|too|as well|likewise"
                    r"|both|equally|same|simultaneous\w*|so (?:is|does|do|are)|holds?|works?|would do|will do)\b", re.I)
_UNDER_NOT = re.compile(
    r"(?:\b(?:not|never|neither|nor|rather than|instead of|unlike)|n['’]t)\b(?!\s+(?:only|just|merely|matter|hard|difficult|surpris\w*|unique|depend|possible\s+to))"
    r"(?:(?!\b(?:but|and|it|so|limit|this|there)\b)[^.;,:\n]){0,60}$", re.I)
_NOT_BEHIND = re.compile(
    r"[\s$)]{0,3}(?:norm\s)?\s?(?:is|are|was|does|has|need|will)\s?(?:not|never|n['’]t)(?:\s+(?:the\s+)?(?:one\b|minimi\w+|minimal|least|smallest|lowest|meant|what|do|be|have)"
    r"(?:(?!\b(?:but|only)\b)[^.;,\n]){0,40})?\s*$", re.I)
_VALUE = re.compile(r"[\s$)]{0,3}(?:norm\s)?\s?(?:(?:is|of|equals|=|≈|\\approx)[\s$]*[\d(\\√]|(?:is|are)\s+(?:larger|bigger|greater|higher|more)\b|[\d])", re.I)
_ITS = re.compile(r"\b(?:its|whose|has|have|with|with the|has the)\s+[$({]*$|\b(?:larger|bigger|greater|higher|more)\s+[$({]*$", re.I)
_MEASURED = re.compile(
    r"[\s$)]{0,3}(?:norm\s)?\s?of\s(?:this|that|the|our|its)\s(?:vector|limit|solution|point|one)\s(?:is|equals)\s(?:about\s|roughly\s|approximately\s|only\s|just\s|exactly\s)?[\s$]*[\d(\\√]", re.I)
_IN_A_NORM = re.compile(r"\b(?:in|by|under|measured in|with respect to)\s+(?:the\s+)?[$]?$", re.I)
_HAS_NUMBER = re.compile(r"[\s$)]{0,3}(?:norm\b)?[^.;]{0,80}?\b(?:has|have|is|measures|gives)\s(?:about\s|only\s|roughly\s)?[\s$]*\d", re.I)
_POINT = r"(?:point|solution|one|vector|interpolator|minimi[sz]er)s?"
_OTHER_POINT = re.compile(rf"\W*(?:the|an?|that)\s+(?:other\s+)?{_POINT}\s+(?:with|of|that\s+has|having)\s+(?:the\s+)?(?:least|smallest|minimal|minimum|lowest)[\s$-]*$", re.I)
_IS_ANOTHER = re.compile(r"[\s$)]*(?:norm\s)?\s?(?:is\s+(?:another|a\s+different|different|not|elsewhere)|differs"
                         r"|lies\s+elsewhere|has\s+[^.;,\n]{0,40}norm|would\s+be\s+(?:another|a\s+different|different))\b", re.I)
_OCCURS = re.compile(r"[\s$)]*(?:norm\s)?\s?(?:that|which)\s+(?:shows\s+up|turns\s+up|appears|occurs|arises)\b(?!.{0,80}\b(?:minimi|least|smallest|also|too|same))", re.I)
_RESTATES = re.compile(r"\W*(?:i\.\s?e\.|that is|namely|in other words),?\s+(?:the\s+)?$", re.I)  # 'i.e. the 2-norm after scaling'
_ONCE = re.compile(r"[\s$)]*(?:norm\s)?\s?(?:after|once)\b", re.I)
_REASON = re.compile(r"h(?:ö|oe|o)lder|cauchy|schwarz|duality|inequality|steepest|\bballs?\b|\bbounds?\b", re.I)
_RELATION = re.compile(r"[≤≥<>=]|\\(?:leq?|geq?)(?![A-Za-z])")
_OF_ANOTHER = re.compile(r"\s+(?:of|in)\s+(?!\$?\\?(?:theta|θ)\$?(?:[\s.,;:)]|$)|(?:the\s+|its\s+|an?\s+|all\s+)?(?:entr|coordinate|component|parameter|unknown|solution|limit))")
_OF_A_NAME = re.compile(r"(?:[\s-]{0,2}norm)?\s+of\s+(?:the\s+)?\$?\\?(?P<name>[^\W\d_]{1,8})\$?(?=[\s.,;:)]|$)(?!\s*[⊙*·/\\])")


def mentions(text: str, key: Key) -> list[Mention]:
    """Every norm that a text names or writes between delimiters, in order and at most MOST_MENTIONS + 1, and what is said of it."""
    theta = key.derivation.extra["theta"]
    found: dict[int, tuple[int, Expr | None]] = {m.start(): (m.end(), norm) for m, norm in norms_in(text, theta, key, weighted=True, denied=True)
                                                   if not (_BELOW_BARS.search(text, max(0, m.start() - 20), m.start()) or _OF_A_COMMAND.search(text, max(0, m.start() - 20), m.start()))}
    x = E.sym(theta, key.problem.symbols[theta].shape) if theta in key.problem.symbols else None
    for order, words in _IN_WORDS:
        for said in words.finditer(text):
            of_it = x is not None and bool(x.shape) and not _OF_ANOTHER.match(text, said.end())
            found.setdefault(said.start(), (said.end(), E.norm(x, order) if of_it and x is not None else None))
    for said in _NOT_READ.finditer(text):
        found.setdefault(said.start(), (said.end(), None))
    for start, end, written in _written(text, key):
        if not any(a < end and start < b for a, (b, _) in found.items()):
            found[start] = end, written
    spans = list(_clauses(text))
    out = []
    for start, (end, norm) in sorted(found.items())[: MOST_MENTIONS + 1]:
        span = next((s for s in spans if s.start <= start < s.end), _Span(0, len(text), ""))
        out.append(Mention(start, end, norm, _stance(span.lead, text[max(span.start, start - _REACH) : start], text[end : max(end, min(span.end, end + _REACH))], key)))
    return out


def _written(text: str, key: Key) -> Iterator[tuple[int, int, Expr]]:
    """Norms of the unknown in signs: formulas between delimiters, and bars anywhere."""
    theta = key.derivation.extra["theta"]
    for m in list(_BARS.finditer(text))[:_MOST_FORMULAS]:
        norm = _norm(m[0], theta, key)
        if norm is not None:
            yield m.start(), m.end(), norm
    for p in [p for p in pieces(text) if p.formula][:_MOST_FORMULAS]:
        norm = _norm(p.text, theta, key)
        if norm is not None:
            yield p.start, p.start + len(p.text), norm


def _norm(formula: str, theta: str, key: Key) -> Expr | None:
    """The norm of the unknown that a formula is; None for any other formula, and for a relation."""
    if not _likely(formula):
        return None
    try:
        terms = readings(formula.strip(), key.wanted.scope)[0].statements[0].terms
    except (ReadError, E.ShapeError, IndexError):
        return None
    if len(terms) != 1 or terms[0].shape or theta not in E.symbols_in(terms[0]) or E.free_indices(terms[0]):
        return None
    return terms[0] if is_convex_norm(terms[0], theta, key) else None


def _likely(formula: str) -> bool:
    """Whether a formula may be a norm at all: one that is short and no equation."""
    return len(formula) < 200 and not _RELATION.search(re.sub(r"_\{[^{}]{0,40}\}|_\w\s?=", "", formula))


def _clauses(text: str) -> Iterator[_Span]:
    """The clauses of a text, cut at 'but', 'while', too, each with the clause before it where it is a relative one."""
    at, last = 0, ""
    for sentence in sentences(text):
        last = ""
        for clause in sentence:
            begin = at + len(clause.mark)
            at = begin + len(clause.text)
            cuts = [begin, *(begin + m.start() for m in _CONJUNCTION.finditer(clause.text) if m.start()), at]
            for a, b in pairwise(cuts):
                said = text[a:b]
                yield _Span(a, b, f"{last} " if _RELATIVE.match(said) or (a == begin and clause.mark.strip() == ":") else "")
                last = said


def _stance(lead: str, before: str, after: str, key: Key) -> str:
    """What a clause says of the norm in it."""
    if of_another_method(lead + before, key):
        return "aside"
    if _UNDER_NOT.search(before) or _NOT_BEHIND.match(after):
        return "denied"
    of = _OF_A_NAME.match(after)
    if of is not None and key.wanted.scope.writes(of["name"]) and of["name"].lstrip("\\") not in _names_of_unknown(key):
        return "aside"
    if _OCCURS.match(after) or (_RESTATES.match(before) and _ONCE.match(after)):
        return "aside"
    if _OTHER_POINT.match(before) and _IS_ANOTHER.match(after):
        return "aside"
    if _CLAIM.search(before) or _CLAIM.search(after):
        return "aside" if _ITS.search(before) and _VALUE.match(after) and not _CLAIM.search(after) and _OTHER_POINT.match(re.split(r"\s[^\s]*norm\b", before)[0] + " ") else "claimed"
    if _MEASURED.match(after) or (_IN_A_NORM.search(before) and _HAS_NUMBER.match(after)):
        return "aside"
    if (_ITS.search(before) and _VALUE.match(after)) or _REASON.search(before + after) or (_RELATION.search(before + after) and not _VALUE.match(after)):
        return "aside"
    return "claimed"


def _names_of_unknown(key: Key) -> frozenset[str]:
    theta = str(key.derivation.extra["theta"])
    return frozenset(n.lstrip("\\") for n in (theta, *key.problem.symbols[theta].aliases)) | {"θ"} if theta in key.problem.symbols else frozenset({theta})


def without_others(text: str, key: Key) -> str:
    """A text without the clauses whose norms are all denied or mentioned by the way; unchanged where it has none, or no others."""
    found = mentions(text, key)
    if all(m.stance == "claimed" for m in found):
        return text
    drop = []
    for s in _clauses(text):
        inside = [m for m in found if s.start <= m.start < s.end]
        if inside and all(m.stance != "claimed" for m in inside):
            drop.append(s)
    for s in reversed(drop):
        text = text[: s.start] + text[s.end :]
    return text


_KIND = (r"(?:(?:other|single|possible|such|conceivable|reasonable|weighted|convex|vector|usual|of|the|these|those|its|p|\$p\$|\$?(?:\\ell|L|ℓ)\s?_?\{?p\}?\$?)[\s-]{1,3}){0,3}")
_EVERY_NORM = re.compile(
    rf"\b(?:all|every|any|each|whichever|whatever)\s{{1,3}}{_KIND}norms?\b|\b(?:all|every|any|each)\s{{1,3}}\$?(?:\\ell|L|ℓ)\s?_?\{{?p\b|\bfor\s(?:all|every|any|each)\s(?:values\sof\s)?\$?p\b"
    r"|(?<![A-Za-z])\$?p\$?\s(?:is|may\sbe|can\sbe)\s(?:arbitrary|any)"
    r"|\b(?:no matter|not matter|n['’]t matter|immaterial|irrelevant|regardless|irrespective|independent(?:ly)?\s+of|no difference|indifferent)\b[^.;,\n]{0,40}\b(?:norms?|which|p)\b"
    r"|\b(?:norms?|which)\b[^.;,\n]{0,40}\b(?:no matter|not matter|n['’]t matter|immaterial|irrelevant|no difference|indifferent)\b", re.I)
_EVERY_ONE = re.compile(r"(?<!of )(?<!among )(?<!than )\b(?:(?:all|every\s?one|each|any|both|either)\s+of\s+(?:them|these|those|the\s+others?)"
                        r"|(?:all|any|every|each)\s+(?:the\s+)?(?:others?|one)|the\s+others)\b", re.I)
_NO = re.compile(r"(?:\b(?:not|no|never|neither|hardly)|n['’]t)\b(?!\s+(?:matter|difference|only|just|merely|doubt|hard|difficult))", re.I)
_CHOOSES = re.compile(r"\W*(?:among|out\s+of|of|from)\s+", re.I)  # 'of all norms it is the 2-norm'
_DIFFER = re.compile(r"\b(?:differ\w*|depends?|(?:is|are)\s(?:all\s)?equivalent)\b", re.I)
_LARGEST = re.compile(r"\bmaximi[sz]\w*|\b(?:largest|greatest|biggest|highest)\b(?!\s+(?:absolute|entry|entries|coordinate|component|modulus|moduli|magnitude|value))", re.I)


def held_to_claims(judged: Judgement, answer: Expr, text: str, key: Key) -> Judgement:
    """The judgement of a right norm, or 'undecided' where the text says of norms what does not hold, too."""
    if judged.verdict is not Verdict.CORRECT:
        return judged
    reason = _false_claim(text, answer, key)
    return Judgement(Verdict.UNDECIDED, f"The norm would be right, but {reason}.") if reason else judged


def _false_claim(text: str, answer: Expr, key: Key) -> str:
    """What a text says of norms that does not hold or is not read; '' where there is nothing."""
    if every := claim_of_every(text):
        return f"the text also speaks of '{every[:60]}'"
    spans, found = list(_clauses(text)), mentions(text, key)
    if len(found) > MOST_MENTIONS:
        return "the text speaks of too many norms"
    for m in found:
        right = m.norm is not None and (m.norm == answer or kept(key, f"minimises {m.norm!r}", partial(_right, m.norm, key)))
        if m.stance == "denied" and right:
            return f"the text denies {plain(m.norm)}, which is minimised, too" if m.norm is not None else ""
        if m.stance == "claimed" and not right:
            return f"the text also speaks of {plain(m.norm) if m.norm is not None else repr(text[m.start : m.end])}, which is not seen to be minimised"
        span = next((s for s in spans if s.start <= m.start < s.end), None)
        if m.stance == "claimed" and span is not None and (largest := _LARGEST.search(text[span.start : span.end])) is not None:
            return f"the text says '{largest[0]}' of it"
    return ""


def _right(norm: Expr, key: Key) -> bool:
    return judge_norm(norm, key).verdict is Verdict.CORRECT


_IS_A_MINIMUM = re.compile(r"\s*(?:is|are|being)\s+(?:an?\s+|also\s+|the\s+)*(?:global\s+|local\s+|exact\s+)?(?:minim(?:um|a|i[sz]ers?)\s+of\b(?!\s+(?:the\s+)?norm)"
    r"|minimi[sz]ers?\b|solutions?\b|interpolat\w+)", re.I)


def claim_of_every(text: str) -> str:
    """The words with which a text claims of every norm what is asked of one; '' where it does not."""
    for s in _clauses(text):
        clause = text[s.start : s.end]
        for pattern in (_EVERY_NORM, _EVERY_ONE):
            m = pattern.search(clause)
            if m is None or _NO.search(clause[: m.start()]) or _CHOOSES.fullmatch(clause[: m.start()]) or (pattern is _EVERY_ONE and not _CLAIM.search(text[s.start : s.end + 20])):
                continue
            if pattern is _EVERY_ONE and _IS_A_MINIMUM.match(clause, m.end()):
                continue  # of the solutions
            if not _DIFFER.search(clause) or _CLAIM.search(clause):
                return m[0]
    return ""
