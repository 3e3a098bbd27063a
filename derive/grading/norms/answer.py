"""Answers that say which norm a limit minimises: the norm that a text names or writes as its answer, and what it says of others."""

from __future__ import annotations

from derive import patterns as re
from derive.errors import ReadError
from derive.grading.finding.reply import find_reply
from derive.grading.finding.wanted import Wanted
from derive.grading.keys import Key
from derive.grading.norms.claims import MOST_MENTIONS, held_to_claims, mentions, without_others
from derive.grading.norms.dual_norms import dual_left, with_duals_named
from derive.grading.norms.named import MOST_ANSWER, is_convex_norm, judge_norm, named_blanks, named_norms, names_of_norms, of_another_method
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words.norm_words import SAID_OF_NORMS
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.read import readings
from derive.maths.write import plain


def _without_other_methods(text: str, key: Key) -> str:
    """The text without clauses about another optimizer, where others are left: '...; compare SGD, which minimises the 2-norm'."""
    clauses = re.split(r"((?<=[\s$\w})])[.;](?=\s)|,(?=\s*(?:while|whereas|compare|unlike|and|but)\b))", text[:MOST_ANSWER])
    own = [c for c in clauses if not of_another_method(re.sub(r"[,.;]", " ", c), key)]
    return "".join(own) if len(own) < len(clauses) and any(re.search(r"norm|‖|\|", c) for c in own) else text


_ANSWER = re.compile(r"(?:^|\n)[^\w\n]*(?:final\s+)?answer\b[^\w\n]*:[*_\s]*", re.I)


def _answered(text: str, theta: str, key: Key) -> str:
    """The paragraph that a text calls its answer, where it names norms elsewhere, too, and nothing behind it takes it back."""
    found = list(_ANSWER.finditer(text))
    if len(found) != 1 or re.search(r"\b(?:wait|actually|correction|on second thought|mistake\w*|wrong|instead)\b", text[found[0].end() :], re.I):
        return text
    paragraph = text[found[0].end() :].partition("\n\n")[0]
    return paragraph if named_norms(paragraph, theta, key) else text


_REASON = re.compile(r"(?P<said>[^.;\n]{3,200}[.;\n])\s*(?:(?:the )?(?:reason|proof|justification|explanation)\b[:.]|because\b|indeed\b,?)", re.I)


def _before_reason(text: str) -> str:
    """What a text says before it gives its reason: '$\\max_i |x_i|$. Reason: ...'."""
    m = _REASON.match(text)
    return m["said"].rstrip(".;\n ") if m is not None and _CORRECTED.search(text, m.end()) is None else text


_CORRECTED = re.compile(r"\b(?:wait|actually|correction|on second thought|mistake\w*|wrong|instead|so it is|final)\b", re.I)


def judge_text(text: str, key: Key) -> tuple[Judgement, str]:
    """Judge a norm named or written in a text. Returns the judgement and what was read."""
    assert key.problem.iteration is not None
    theta = key.problem.iteration.over
    if re.fullmatch(r"\W*(?:the\s+)?(?:euclidean|manhattan|chebyshev|max|maximum|sup|supremum|uniform)\W*", text, re.I):
        text += " norm"
    if len(text) > MOST_ANSWER or names_of_norms(text) > MOST_MENTIONS:
        return Judgement(Verdict.UNDECIDED, "The text is too long, or speaks of too many norms, to see which of them it answers with."), ""
    text = _ROOT_OF.sub(r"sqrt(\g<sum>)", text) if "$" not in text else text
    whole = named_blanks(with_duals_named(_OF_DATA.sub(" ", text)), theta)
    text = _without_other_methods(_answered(_before_reason(whole), theta, key), key)
    shorter = without_others(text, key)
    if shorter != text and _answer(shorter, theta, key) is not None:
        text = shorter
    norm = _answer(text, theta, key)
    if norm is None:
        if re.search(r"\bweight(?:ed|s)\b", text, re.I) or names_of_norms(text):
            return Judgement(Verdict.UNDECIDED, f"A norm is named, but not what it is of or which weights it has; write it as a formula in {theta}."), ""
        return Judgement(Verdict.UNREADABLE, "No norm was found in the text."), ""
    judged, read_as = judge_norm(norm, key), plain(norm)
    claimed = [m.norm for m in mentions(text, key) if m.stance == "claimed"]
    listed = [n for n in named_norms(text, theta, key) if n in claimed]
    if norm in listed and len(listed) > 1 and len(text) < 120 and re.search(r"\bor\b|,|/|\band\b", text):
        all_judged = [judge_norm(n, key) for n in listed]
        judged, read_as = next((j for j in all_judged if j.verdict is not Verdict.CORRECT), all_judged[0]), " | ".join(map(plain, listed))
    if judged.verdict is Verdict.INCORRECT and norm.op == "norm" and norm.args[0] == E.sym(theta, norm.args[0].shape) and _OF_SOMETHING_ELSE.search(whole) is not None:
        judged = Judgement(Verdict.UNDECIDED, f"A norm is named, of what is not read; write it as a formula in {theta}.")
    if judged.verdict is Verdict.CORRECT and (meant := _BY_WHICH.search(whole)) is not None and _means_another(meant["said"], norm):
        judged = Judgement(Verdict.UNDECIDED, f"The norm would be right, but the text also says '{meant[0].strip()[:160]}', which is another one.")
    if judged.verdict is Verdict.CORRECT and dual_left(whole):
        judged = Judgement(Verdict.UNDECIDED, "The norm would be right, but the text speaks of a dual norm that is not read.")
    return held_to_claims(judged, norm, whole, key), read_as


_BY_WHICH = re.compile(r"\b(?:by\s+(?:which|that)|with\s+(?:which|that))\s+(?:I|we)\s+mean\s+(?:that\s+)?(?P<said>[^.;\n]{3,100})", re.I)
_ADDED = re.compile(r"\b(?:added(?:\s+up)?|summed|sum|total)\b", re.I)


def _means_another(said: str, norm: Expr) -> bool:
    """Whether words describe another vector norm than the one that is named."""
    p = norm.args[1] if norm.op == "norm" and norm.data == "p" and len(norm.args) > 1 else None
    own = "" if p is None else "1" if E.is_number(p, 1) else "2" if E.is_number(p, 2) else "inf" if p.op != "num" and not E.symbols_in(p) else ""
    told = {name for name, pattern in SAID_OF_NORMS.items() if pattern.search(said)} | ({"1"} if _ADDED.search(said) and "root" not in said and "square" not in said else set())
    return bool(own and told) and own not in told


_ROOT_OF = re.compile(r"(?:the\s+)?(?:square\s+)?root\s+of\s+(?:the\s+)?(?P<sum>sum_\{?[a-z]\}?\s+[^.;,:$\n]{2,60}?\^2)(?=\s*(?:[.;,:]|\Z))")
_OF_DATA = re.compile(
    r"(?<=[:.;,\n])[^.;,:\n]*?(?:\\\||‖|\|\|)[^.;,:\n]{0,40}\b(?:is|are|acts?|applies|measures)\s+(?:here\s+)?(?:applied\s+)?(?:to\s+|on\s+|for\s+|of\s+)?(?:the\s+)?(?:data|inputs?"
    r"|features?|coefficients?|gradients?)\b", re.I)
"""Of a duality: '||.||_1 is applied to the data' is no answer."""
_OF_SOMETHING_ELSE = re.compile(
    r"\bof\s+the\s+(?:re-?scaled|scaled|weighted|transformed|normali[sz]ed)\b|\b(?:in|on)\s+the\s+(?:re-?scaled|scaled|transformed|original)\s+(?:coordinates|features|units|parameters)\b"
    r"|\bvector\s+(?:with|whose)\s+entries\b", re.I)


def _answer(text: str, theta: str, key: Key) -> Expr | None:
    """The norm that a text answers with: the one that it writes, else the last one that it names."""
    written = _written(text, key, theta)
    named = named_norms(text, theta, key)
    if written is not None and named and not is_convex_norm(written, theta, key):
        written = None  # 'for any solution 1 = a^T theta <= ...; so: the max norm'
    return written if written is not None else named[-1] if named else None


_PROGRAM = re.compile(r"\\min(?![A-Za-z])(?:_\{?\\?[A-Za-z]+\}?)?\s*([^$]{1,80}?)\s*\$?(?:\\q?quad|\\;|\\,|\s)*"
                      r"(?:\\(?:text|mathrm)\{\s*)?(?:s\.\s?t\.|subject to)\s*\}?\s*\$?[^$]{1,80}?=[^$]{1,40}?(?=\$|$)")
"""A program whose objective is the norm."""


def _contrast(text: str) -> str:
    """The last 'but' or 'however' after which a formula stands: what follows it is the answer."""
    found = [m for m in re.finditer(r"[;,.]\s*(?:but|however)\b", text, re.I) if re.search(r"[$\\‖]", text[m.end() :]) and re.search(r"[$\\‖]", text[: m.start()])]
    return found[-1].group() if found else ""


def _written(text: str, key: Key, theta: str) -> Expr | None:
    """A scalar expression of the unknown, as ‖θ‖_2 or sum_i a_i^2 θ_i^2."""
    wanted = Wanted(key.wanted.scope, "", (), subject="")
    text = _PROGRAM.sub(r"\1", text)
    try:
        found: list[Expr] = [r.statements[-1].terms[-1] for r in readings(text.strip().strip("$"), key.wanted.scope)]
    except (ReadError, IndexError):
        reply = find_reply(text.rpartition(_contrast(text))[2] if _contrast(text) else text, wanted)
        found = [m.expr for a in reply.alternatives for i in a.interpretations for m in i.members]
    able = [e for e in reversed(found) if not e.shape and theta in E.symbols_in(e) and not E.free_indices(e)]
    if len(able) > 1:  # 'min of a norm, subject to a^T x = 1'
        able = [e for e in able if is_convex_norm(e, theta, key)] or able
    return able[0] if able else None
