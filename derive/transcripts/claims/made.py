"""A judged link as a claim: its kind, its part, whether it gives an answer or restates what the problem gives."""

from __future__ import annotations

import re
from dataclasses import replace

from derive.maths import expr as E
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.corrections import correction
from derive.transcripts.claims.relations import ORDER
from derive.transcripts.claims.settings import POINT, Setting
from derive.transcripts.claims.sides import Link
from derive.transcripts.claims.spans import Span
from derive.transcripts.claims.verdicts import Judged

SUPREMUM = "supremum"  # the source of a link that names it in words
SIGNS = {"~": "\\approx", "<=": "\\le", ">=": "\\ge", "!=": "\\ne", "<-": "\\leftarrow", "propto": "\\propto", "in": "\\in", "to": "\\to"}


def made(span: Span, setting: Setting, link: Link, judged: Judged, modality: str, kind: str) -> Claim:
    text = f"{link.left} {SIGNS.get(link.op, link.op)} {link.right}"
    claim = blank(span, setting, text, kind, modality)
    fixed = correction(link, judged, setting) if judged.verdict == "false" else ""
    value = _value_part(link, judged, setting)
    if value is not None:
        claim = replace(claim, part=f"{setting.problem.id}#{value}")
    return replace(claim, verdict=judged.verdict, reason=judged.reason, strength=judged.strength, witness=judged.witness, correction=fixed,
                   answers=value is not None or _answers(link, judged, setting))


_AT_BEST = re.compile(
    r"\s*(?:[JFLf]|\\mathcal\s*\{?[JL]\}?)\s*(?:\\left\s*)?\("
    r".*(?:\^\s*\{?\s*(?:\*|\\ast|\\star)\s*\}?|_\s*\{?\s*(?:\*|\\star)\s*\}?)\s*(?:\\right\s*)?\)\s*")


def _value_part(link: Link, judged: Judged, setting: Setting) -> str | None:
    """The part that asks for the optimal value, where a link gives it: J(u^*) = ... in what the problem gives."""
    part = next((p.id for p in setting.problem.parts if p.ask == "value" and p.of == setting.key.part.id), None)
    if judged.verdict not in ("true", "false"):
        return None
    if part is None or judged.sides is None or link.op not in ("=", ":=") or not (_AT_BEST.fullmatch(link.left) or link.left.strip()[:1] in setting.lang.values):
        return None
    over = str(setting.lang.unknown.data)
    given = {n for n, s in setting.lang.scope.symbols.items() if s.kind == "value"} - {over}
    return part if all(str(x.data) in given for x in E.walk(judged.sides[1]) if x.op == "sym") else None


def _answers(link: Link, judged: Judged, setting: Setting) -> bool:
    """Whether a link gives the unknown (or the limit of the iterate) in what the problem gives; after an approximate sign it is a restatement."""
    if setting.key.part.ask in ("best-rate", "stability"):
        return _bounds(link, judged, setting)
    if judged.sides is None or link.op not in ("=", ":=") or setting.key.part.id.endswith(POINT):
        return False
    left, right = judged.sides
    over = str(setting.lang.unknown.data)
    if left.op == "comp" and left.args[0].op == "at":
        left = left.args[0].args[0]
    at_the_end = judged.verdict == "true" and judged.family == "limit"  # 'theta = a/||a||^2' without a word that it is the limit
    named = left.op == "sym" and left.data in ((over,) if setting.is_program or at_the_end else (f"{over}@limit",))
    given = {n for n, s in setting.lang.scope.symbols.items() if s.kind == "value"} - {over, setting.problem.iteration.step if setting.problem.iteration else ""}
    return named and all(str(x.data) in given for x in E.walk(right) if x.op == "sym")


def _bounds(link: Link, judged: Judged, setting: Setting) -> bool:
    """Whether a link gives the best rate, or the supremum of the stable steps, that is asked for."""
    it = setting.problem.iteration
    if setting.key.part.ask == "stability":
        steps = judged.sides is not None and it is not None and judged.sides[0] == E.sym(it.step) and link.op == "<" and judged.family == "limit"
        return steps or link.source == SUPREMUM
    named = judged.sides is not None and judged.sides[0].op == "sym" and str(judged.sides[0].data) in setting.lang.chosen - set(setting.key.part.choose)
    return named and link.op == "=" and bool(re.search(r"\*|\\star|opt", link.left))


def blank(span: Span, setting: Setting, text: str, kind: str, modality: str) -> Claim:
    part = f"{setting.problem.id}#{setting.key.part.id.removesuffix(POINT)}"
    return Claim("", span.turn, span.role, part, span.line_start, span.line_end, span.text, text, kind, "undecided", "", modality, "")


def restated(claim: Claim, judged: Judged, setting: Setting) -> Claim:
    """Data of the problem restated: given values, the start, the loss, the update as it is declared."""
    if judged.sides is None:
        return claim
    left, right = judged.sides
    it = setting.problem.iteration
    declared = setting.lang.scope.symbols.get(str(left.data)) if left.op == "sym" else None
    restated = declared is not None and declared.given is not None
    if it is not None and left.op == "sym":
        restated = restated or str(left.data).endswith("@start") or (it.residual is not None and left.data == it.residual[0] and right == it.residual[1])
        restated = restated or (left.data == f"{it.over}@next" and "nabla" in claim.latex)
    if it is not None and left == it.loss and right == it.loss:
        restated = True
    return replace(claim, verdict="definition", reason="It restates what the problem gives.") if restated else claim


def is_name(text: str) -> bool:
    return bool(re.fullmatch(r"\s*\\?[A-Za-z]+(?:\s*\\theta)?(?:\s*_\s*(?:\{[^{}]*\}|\w))?(?:\s*\^\s*(?:\{[^{}]*\}|\*))?\s*", text))


def kind_of(link: Link, judged: Judged) -> str:
    if link.op in ORDER:
        return "inequality"
    if judged.sides is None:
        return "equation"
    nodes = [x for e in judged.sides for x in E.walk(e)]
    if any(x.op == "vec" for x in nodes):
        return "vector"
    left, right = judged.sides
    if not left.shape and not any(x.op == "sym" for x in E.walk(right)) and right.op != "comp":
        return "numeric"
    return "definition" if judged.verdict == "definition" else "equation"
