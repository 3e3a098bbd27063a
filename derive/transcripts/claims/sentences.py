"""Mathematical sentences of recognisable form, without a formula: names of optimizers, least norms, equal entries.

A sentence is judged by the problem that it names itself, else by that of its section. What a text layer has
taken out of it (`minimum _ norm`) is looked for among the displaced pieces of the page, in order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from derive.derivation.steps import Derivation
from derive.grading.keys import Key, key_of
from derive.grading.naming.judgement import judge_name
from derive.grading.norms.answer import judge_text
from derive.grading.norms.named import judge_norm
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.exact import Undefined, Value, World, compare, exact
from derive.maths.write import latex
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.modality import voice
from derive.transcripts.claims.settings import Setting, setting_of
from derive.transcripts.claims.words import LEAST_NORM

MAX_SENTENCE = 500
_END = re.compile(r"(?<=[.!?:])\s+(?=[A-Z*#(\"$])|\n\s*\n|\n(?=\s*(?:[-*#]|\d+\.)\s)")
_RECOVERS = re.compile(
    r"\b(?:recovers?|corresponds? to|(?:is|it's|that's) (?:exactly|just|simply|precisely|equivalent to|the same as|called|known as|(?:more |really )?like)"
    r"|(?:is|it's|that's) (?:the |an? )?(?:standard |adaptive |version of )?"
    r"(?=(?:\W|the |standard |adaptive )*(?:sign|gradient|steepest|normali[sz]ed|coordinate))|optimi[sz]er (?:is|here)|leads? (?:naturally )?to|we (?:get|recover|have))", re.I)
_STRONG = re.compile(r"\b(?:recovers?|corresponds? to|is (?:exactly|just|simply|precisely|equivalent to))\b", re.I)
_OTHERS = re.compile(r"\b(?:not|isn't|similar|like|unlike|compare|would|if|maybe|perhaps|might|may|could|usually|standard sign|example|called|considered?|instead|constraint)\b|\?", re.I)
_LEAST = re.compile(LEAST_NORM, re.I)
_HOLE = re.compile(r"\bmin(?:imum|imal)(?:-|\s)\s*norm\b", re.I)
_WEIGHTS = re.compile(
    r"\bweight(?:s|ed)?\b[^.]{0,60}?\b(?P<inverse>inversely\s+)?proportional\s+to\s+(?:the\s+)?(?P<square>squares?\s+of\s+(?:the\s+)?|squared\s+)?(?:feature|coefficient|original)?\s*"
    r"(?:magnitudes?|sizes?|values?|coefficients?|features?|scales?)(?P<after>\s+squared)?", re.I)
_EQUAL = re.compile(r"\b(?:all|every|each|same)\b[^.]{0,60}\b(?:components?|coordinates?|entries)\b[^.]{0,60}\b(?:same|equal)\b(?:\s+\w+)?\s*(?:absolute value|magnitude|amount|size)?", re.I)
_ONE_D = re.compile(r"\b(?:one|1)[- ]?d(?:imension(?:al)?)?\b[^.]{0,60}\breduces?\s+to\s+gradient\s+descent\b|\breduces?\s+to\s+gradient\s+descent\s+in\s+(?:one|1)", re.I)


@dataclass(frozen=True)
class Sentence:
    """A sentence with its lines."""

    text: str
    line_start: int
    line_end: int


def sentences(text: str, first_line: int) -> Iterator[Sentence]:
    """The sentences of a stretch of text, with their lines."""
    start = 0
    for m in [*_END.finditer(text), None]:
        end = m.start() if m is not None else len(text)
        piece = text[start:end]
        if 8 < len(piece.strip()) <= MAX_SENTENCE:
            lead = len(piece) - len(piece.lstrip())
            a = first_line + text.count("\n", 0, start + lead)
            yield Sentence(piece.strip(), a, a + piece.strip().count("\n"))
        if m is not None:
            start = m.end()


def judge_sentence(s: Sentence, problem: Problem, turn: int, role: str, fill: str = "") -> Claim | None:
    """The claim that a sentence makes about a problem, or None; fill: the norm that a hole in it named."""
    setting = setting_of(problem)
    if setting is None:
        return None
    text = " ".join(s.text.split())
    for judge in (_named, _least_norm, _weights, _one_dimension, _equal_entries):
        found = judge(text, setting, fill)
        if found is not None:
            kind, verdict, reason, witness, fixed, strength = found
            asked = {_named: "name", _least_norm: "norm"}.get(judge)
            part = next((p.id for p in problem.parts if p.ask == asked), setting.key.part.id)
            return Claim("", turn, role, f"{problem.id}#{part}", s.line_start, s.line_end, s.text, text, kind, verdict, strength, voice(text), reason,
                         witness, fixed, answers=asked is not None)
    return None


Found = tuple[str, str, str, dict[str, object] | None, str, str]


def _named(text: str, setting: Setting, fill: str) -> Found | None:
    """'This recovers gradient descent with learning rate alpha/2'."""
    part = next((p for p in setting.problem.parts if p.ask == "name"), None)
    if part is None or not _RECOVERS.search(text):
        return None
    key = key_of(setting.problem, part, False)
    if not isinstance(key.outcome, Derivation):
        return None
    found = judge_name(text, key.derivation)
    if found.verdict == "correct":
        return "identification", "true", found.reason or "It names the rule that the update follows.", None, "", "measured"
    if found.verdict == "partial" and found.stated_step is not None and "$" in text and not _OTHERS.search(text):
        return "identification", "false", f"{found.reason[:1].upper()}{found.reason[1:]}.", found.witness.to_dict() if found.witness else None, "", "measured"
    if found.verdict == "partial":
        return "identification", "undecided", f"It is right only in part: {found.reason}.", None, "", ""
    if found.verdict == "incorrect" and _STRONG.search(text) and not _OTHERS.search(text):
        return "identification", "false", found.reason, found.witness.to_dict() if found.witness else None, "", "measured"
    return None


def _norm_key(setting: Setting) -> Key | None:
    part = next((p for p in setting.problem.parts if p.ask == "norm"), None)
    key = key_of(setting.problem, part, False) if part is not None else None
    return key if key is not None and isinstance(key.outcome, Derivation) else None


def _of_norm(judged: Judgement, key: Key) -> Found | None:
    verdict = {Verdict.CORRECT: "true", Verdict.INCORRECT: "false"}.get(judged.verdict)
    if verdict is None:
        return None
    answer = key.derivation.answer
    fixed = latex(answer) if verdict == "false" and answer is not None else ""
    return "qualitative", verdict, judged.reason, judged.witness.to_dict() if judged.witness and verdict == "false" else None, fixed, judged.strength


def _least_norm(text: str, setting: Setting, fill: str) -> Found | None:
    """'converges to the minimum L2 norm solution'."""
    key = _norm_key(setting)
    if key is None or not _LEAST.search(text) or re.search(r"\bweight", text, re.I):
        return None
    m = _HOLE.search(text)
    if m is not None:
        if not fill:
            return None
        text = f"minimum {fill} norm solution"
    text = re.sub(r"\b(solutions?|interpolators?)\b.*", r"\1", text)
    judged, _ = judge_text(text, key)
    return _of_norm(judged, key)


def _weights(text: str, setting: Setting, fill: str) -> Found | None:
    """'minimises a weighted norm where the weights are inversely proportional to the feature magnitudes'."""
    key = _norm_key(setting)
    it = setting.problem.iteration
    m = _WEIGHTS.search(text)
    if key is None or it is None or m is None or not re.search(r"\bminimi", text, re.I):
        return None
    theta = setting.lang.unknown
    rows = [s for s in setting.problem.symbols.values() if s.shape == theta.shape and s.name != it.over and s.kind == "value"]
    if len(rows) != 1:
        return None
    a = E.fn("abs", E.sym(rows[0].name, theta.shape))
    power = 2 if m.group("square") or m.group("after") else 1
    weight = E.power(a, E.num(power)) if power > 1 else a
    if m.group("inverse"):
        weight = E.div(E.ONE, weight)
    return _of_norm(judge_norm(E.total(E.mul(weight, E.power(theta, E.TWO))), key), key)


def _equal_entries(text: str, setting: Setting, fill: str) -> Found | None:
    """'all components of the update have the same magnitude'."""
    if not _EQUAL.search(text) or setting.key.part.ask == "table" or re.search(r"\?|\b(?:unless|if|different|whose|consider)\b", text, re.I):
        return None
    family = next((f for f in setting.families if f.name in ("optimum", "limit")), None)
    name = str(setting.lang.unknown.data)
    if family is None or not family.moments:
        return None
    for m in family.moments:
        v = m.world.values.get(name)
        if not isinstance(v, list) or len(v) < 2:
            continue
        if any(compare(abs(x), abs(v[0])) != 0 for x in v):
            return None  # said of something else, as often as not
    return "qualitative", "true", f"The entries have one size {family.says} (where no gradient entry is 0).", None, "", "measured"


def _one_dimension(text: str, setting: Setting, fill: str) -> Found | None:
    """'in one dimension it reduces to gradient descent': the update is a fixed multiple of -g there."""
    if not _ONE_D.search(text) or not setting.small or not setting.is_program:
        return None
    answer = setting.key.derivation.answer
    g = next((str(s.gradient) for s in setting.problem.symbols.values() if s.gradient), None)
    if answer is None or g is None:
        return None
    for m in setting.small[0].moments:
        ratios: list[Value] = []
        for k in (Fraction(1), Fraction(2), Fraction(-3)):
            scaled = [x * k for x in m.world.values[g]]
            try:
                u = exact(answer, World({**m.world.values, g: scaled}, m.world.dims))
            except (Undefined, NotEvaluable):
                return None
            ratios.append(u[0] / scaled[0])
        if any(compare(r, ratios[0]) != 0 for r in ratios) or compare(ratios[0], Fraction(0)) > 0:
            return "qualitative", "false", "There the step is no fixed multiple of the gradient.", {"at": {g: "g, 2g, -3g"}, "left": [str(r) for r in ratios], "right": "one number"}, "", "measured"
    return "qualitative", "true", "In dimension one the update is a fixed multiple of -g.", None, "", "measured"


_L_NAME = re.compile(r"L\s*_?\s*([12∞])?\s*\Z")


def norm_names(texts: Sequence[str]) -> list[str]:
    """Names of norms among displaced pieces, in order: 'L' with '2' or an infinity sign on one of the next lines."""
    out = []
    for i, text in enumerate(texts):
        m = _L_NAME.match(text.strip())
        if m is None:
            continue
        rest = m.group(1) or next((t.strip() for t in texts[i + 1 : i + 3] if t.strip() in ("1", "2", "∞")), None)
        if rest is not None:
            out.append("L-infinity" if rest == "∞" else f"L{rest}")
    return out


def without_norm(text: str) -> str:
    """A sentence without the norm that it says is the least: what is claimed does not tell which problem it is about."""
    return re.sub(rf"{LEAST_NORM}(?:\s+solution)?", " ", text, flags=re.I)


def holes(text: str) -> int:
    """How many names of norms a stretch of prose has lost: 'minimum  norm', 'weighted  norm'."""
    return len(re.findall(r"\b(?:minimum|minimal|weighted)\s+norm\b", text, re.I))


__all__ = ["Sentence", "holes", "judge_sentence", "norm_names", "sentences", "without_norm"]
