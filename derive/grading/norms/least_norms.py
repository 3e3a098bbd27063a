"""Norms that a text says its answer to be least in: 'theta = ..., the minimum Euclidean norm solution' is a claim about a limit, and true or false."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from derive import patterns as re
from derive.derivation.steps import Derivation
from derive.grading.keys import Key, kept, key_of
from derive.grading.norms.claims import claim_of_every
from derive.grading.norms.dual_norms import with_duals_named
from derive.grading.norms.named import judge_norm, norms_in, of_another_method
from derive.grading.verdict import Verdict
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, exact, flatten
from derive.maths.expr import Expr
from derive.maths.write import plain

_LEAST_BEFORE = re.compile(r"\b(?:min(?:im(?:um|al|i[sz]\w+))?|least|smallest|lowest|shortest)[\s-]+(?:the\s+|its\s+|in\s+(?:the\s+)?)?[$({\\\s]*$", re.I)
_LEAST_AFTER = re.compile(r"[\s$})-]*(?:norm)?[\s-]*(?:minimi[sz]\w+|minimum|least)\b", re.I)


def false_least_norm(text: str, key: Key) -> str:
    """The norm that a text calls its limit least in and that is not least there; empty where there is none.

    It is judged as an answer to the part that asks for that norm, or would.
    """
    asked = next((p for p in key.problem.parts if p.ask == "norm" and p.of == key.part.id), None) or replace(key.part, id=f"{key.part.id}:norm", ask="norm", of=key.part.id)
    if key.problem.iteration is not None and (sparse := _SPARSEST.search(text)) is not None and not _is_sparse(key) and not _OTHER.search(text, text.rfind(".", 0, sparse.start()) + 1, sparse.start()):
        return "number of entries that are not 0"
    if key.problem.iteration is None or not ("min" in text or "least" in text or "smallest" in text or "Min" in text):
        return ""
    of_norm = key_of(key.problem, asked, False)
    if of_norm.truth is not None or not isinstance(of_norm.outcome, Derivation) or of_norm.derivation.kind != "norm":
        return ""
    text = with_duals_named(text)
    if "norm" in text and (every := claim_of_every(text)):
        return every
    for m, norm in norms_in(text, key.problem.iteration.over, of_norm):
        claimed = _LEAST_BEFORE.search(text, max(0, m.start() - 40), m.start()) or _LEAST_AFTER.match(text, m.end())
        if not claimed or _of_another_letter(text[m.end() : m.end() + 60], key) or of_another_method(text[: m.start()], of_norm):
            continue
        if kept(of_norm, f"least {norm!r}", partial(_refuted, norm, of_norm)) == "refuted":
            return plain(norm)
    return ""


_SPARSEST = re.compile(r"\b(?:the |an? )?(?:sparsest|most sparse|(?:a |the )?solution with (?:the )?fewest nonzero|fewest nonzero (?:entries|coordinates|weights))\b", re.I)
_OTHER = re.compile(r"\b(?:not|no|never|nor|rather than|instead of|unlike|than|while|whereas|but|would)\b|n't\b", re.I)


def _is_sparse(key: Key) -> bool:
    """Whether no entry more of a limit than of the sparsest solution can be told to differ from 0: at most one does."""
    answer = key.derivation.answer
    if answer is None:
        return True
    for ws in key.generic:
        for w in ws.worlds[:2]:
            try:
                if sum(bool(v) for v in flatten(exact(answer, w))) > 1:
                    return False
            except (Undefined, NotEvaluable):
                continue
    return True


_GIVES = re.compile(r"[^.;\n]{0,30}?(?<![A-Za-z\\_])\\?(?P<name>[A-Za-zα-ωΑ-Ω]+)\s*=(?!=)")


def _of_another_letter(behind: str, key: Key) -> bool:
    """Whether what is called least in a norm is a vector of the text's own: 'the minimum 2-norm solution phi = ...' of a scaled problem."""
    m = _GIVES.match(behind)
    return m is not None and not key.wanted.scope.writes(m["name"]) and not m["name"].startswith(key.wanted.asked)


def _refuted(norm: Expr, of_norm: Key) -> str:
    """Kept with the part, which asks the same of every text that names the norm."""
    return "refuted" if judge_norm(norm, of_norm).verdict is Verdict.INCORRECT else "least"
