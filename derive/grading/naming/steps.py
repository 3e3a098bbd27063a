"""What a text says about the step size of an optimizer: a formula, a dependence, or that it is fixed.

Norms in words become norms ("the l1 norm of the gradient"), formulas are read in the scope of the
problem; what stands before them ("learning rate", "proportional to", "scaled by", "divided by")
says how they stand to the step.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice

from derive.grading.naming.norms import TOKENS, norm_words, with_norms
from derive.grading.naming.step_formulas import formula_after, scalar_readings
from derive.grading.naming.text import spoken
from derive.maths.expr import Expr
from derive.maths.symbols import Scope

MAX_FILLERS = 10  # words between a cue and its formula
MAX_CUES = 40  # of one kind in a sentence


class How(Enum):
    """How a stated quantity stands to the step size."""

    EQUAL = "equal to"
    PROPORTIONAL = "proportional to"
    INVERSE = "inversely proportional to"
    ENTRY = "the size of each entry of the update, equal to"


@dataclass(frozen=True)
class Stated:
    """A quantity that the text puts in relation to the step: its readings, and how it was written.

    loose: it is said of "the step", which may be the update itself as well as its step size.
    """

    how: How
    readings: tuple[Expr, ...]
    text: str
    loose: bool = False

    @property
    def says(self) -> str:
        """The text, with norms in words again."""
        back = {token: "infinity" if order == "inf" else order for order, token in TOKENS.items()}
        return re.sub(r"gnorm\w+", lambda m: f"the {back.get(m.group(), 'given')}-norm of the gradient", self.text)


@dataclass
class StepClaims:
    """Everything that a text says about the step size.

    stated: quantities; depends: it says in words that the step depends on the gradient; loosely: a
    scaling by the gradient's size is said of something that may be the update; fixed: it says that
    the step does not change; unread: a formula for it that is not in declared symbols; separate: a
    step of its own for each coordinate; variant: "a variant of".
    """

    stated: list[Stated] = field(default_factory=list)
    depends: bool = False
    loosely: bool = False
    fixed: bool = False
    unread: str = ""
    separate: bool = False
    variant: bool = False


# ---------------------------------------------------------------- cues

_STEP = (
    r"(?:\bstep[ -]?sizes?|\bstepsizes?|\bstep[ -]?lengths?|\blearning[ -]?rates?|\blr\b|\bsteps?\b"
    r"|\brates?\b|\bscaling factor"
    r"|\bscale factor|\bscale\b|\bscaling\b|\bmultiplier|\bprefactor|(?:\\eta|η|\beta)(?:_\{?\w{1,4}\}?)?(?= ?[=:]))"
)
_STEP_CUE = spoken(_STEP)
# "A step" may be the update itself, so "a step proportional to the gradient" is true of gradient descent.
_LOOSE = spoken(r"steps?\Z|step[ -]?lengths?\Z")
_ADVERBS = (
    r"(?: (?:linearly|directly|inversely|proportionally|only|also|globally|uniformly|up|down|solely"
    r"|automatically))*"
)
_RELATION_CUE = spoken(
    r"(?:∝|\\propto|(?P<inverse>\binversely |\bdivided by\b|\bnormali[sz]ed by\b)?"
    r"(?:\bproportional(?:ly)?|\b(?:re-?|self-)?scal(?:ed|es|ing|e)|(?<!\bit )(?<!\bwhich )\bmultipl(?:ied|ies|ying)|\bweighted|\btimes\b"
    r"|\bgrow(?:s|ing)?"
    r"|\bvar(?:ies|y|ying)|\bchang(?:es|ing|e)(?!,? by\b)|\bdepend(?:s|ing|ent|ence)?|\badapt(?:s|ed|ing)?|\badjust(?:s|ed"
    r"|ing)?|\bmodulated"
    r"|\bcontrolled|\bdetermined|\bbased|\bfunction|\bdriven|\bgoverned|\btied|\blinear|\bfollow(?:s|ing))\b"
    + _ADVERBS
    + r"(?: (?:to|with|by|on|upon|of|as|in|according to))?|(?P<divided>\bdivided by|\bnormali[sz]ed by))"
)
# "with α/2 as the learning rate": the quantity stands before the cue.
_BEFORE_STEP = spoken(
    rf"\b(?:with|using|taking|take|and|where|setting|set|for) ([^,;]{{1,80}}?) "
    r"(?:as|being|is|(?:acts|acting|serves|serving) as|(?:plays|playing|in|takes|taking) the (?:role|place) of) "
    r"(?:the |its |a |an |our )?"
    rf"(?:effective |global |adaptive |overall |constant )?(?:{_STEP})"
)
_ENTRY_CUE = spoken(
    r"\b(?:each|every|all|per) (?:coordinates?|entr(?:y|ies)|components?|parameters?|weights?)\b[^,;]{0,40}?"
    r"\b(?:by|of|magnitude|amount|size)\b(?: (?:exactly|the|same|equal|magnitude|amount|of|size|is|to|a|an|,"
    r"|=))*[,:]? ?"
)
_ADJECTIVE_CUE = spoken(r"\b(gnorm\w+)[ -](?:re)?(?:scaled|weighted|proportional|adaptive|dependent|sized|based)")
_ADAPTIVE = spoken(
    # Not "over time", and not of a family of optimizers ("an adaptive method").
    r"\b(?:adaptive(?! (?:gradient )?(?:methods?|optimi[sz]ers?|algorithms?|techniques?))|adaptively|adapts?"
    r"|adapting|adapted|dynamic(?:ally)?|self-(?:scaling|tuning|adjusting|scaled)"
    r"|(?:gradient|norm|magnitude|data|input|scale)[ -](?:dependent|aware|adaptive|scaled|weighted|proportional)"
    r"|(?<!time-)(?<!time )(?:varying|variable|changing)|non-?(?:constant|fixed)"
    r"|line search|backtracking|armijo|polyak step|barzilai)\b(?! (?:over|with|in|during) (?:time|training"
    r"|iterations?|t\b|the iter))"
)
# Said of the rule itself, not of "its step": the direction is multiplied by what depends on the gradient.
_RESCALED = spoken(
    r"\b(?:re-?)?(?:scaled|multiplied|weighted|divided)(?: (?:up|down))? by (?:the |its )?"
    r"(?:gnorm\w+|gradient(?:'s)? (?:norm|magnitude|length|size)|(?:norm|magnitude|length|size)(?: of (?:the |its )?(?:gradient|g)\b|(?= ?(?:$|[.,;)]))))"
)
_FIXED = spoken(
    rf"\b(?:fixed|constant|unchanging|gradient-independent|uniform)[ -](?:{_STEP})|{_STEP}(?: (?:that|which|is|are"
    rf"|stays|remains|kept|being|held|has|a))* "
    r"(?:fixed|constant|unchanging|the same)\b|\bindependent(?:ly)? of (?:the )?(?:gradient|g\b|‖|\\\|)"
    r"|\b(?:whatever|regardless of|no matter) (?:how (?:large|big|small) )?(?:the )?(?:(?:size|norm|length|magnitude)(?: of (?:the )?(?:gradient|g\b))?|gradient)(?: is)?(?= ?(?:$|[.,;)]))"
)
_NOT_FIXED = spoken(rf"{_STEP}[^,;]{{0,30}}(?:\bnot|n't) (?:\w+ )?(?:fixed|constant)")
_SEPARATE = spoken(
    r"\b(?:per|each)[ -](?:coordinate|parameter|element|component|weight)(?:'s)? (?:own |separate |individual )?"
    rf"(?:adaptive|scal\w+|{_STEP})|\b(?:coordinate|element|parameter|component)[ -]?wise (?:adaptive|scal\w+|{_STEP})"
    r"|\b(?:separate|individual|different) (?:step[ -]?sizes|stepsizes|learning[ -]?rates)\b"
)
_VARIANT = spoken(r"\b(?:variants?|variations?|modified|modification|generali[sz]ed|twist|twisted)\b")
_NEGATED = spoken(r"(?:\bnot|n't|\bnever|\bno|\bwithout|\bnon|\bneither|\bnor)\b[ -]?(?:\w+ ){0,3}$")
_NOT_BUT = spoken(r"not (?:an? |the |just |simply )?(?:[\w-]+ ){1,3}but (?:rather )?")
_NOT_NEXT = spoken(r"(?:not|never|isn't|doesn't|does not)\b")
_NORM_WORDS = spoken(r"\b(?:norm|magnitude|gnorm\w+)\b|‖|\\\||\|\|")
_SIZE_WORDS = spoken(r"\b(?:size|length|strength)\b")
_GRADIENT_WORDS = spoken(r"\b(?:gradients?|grad|g)\b|∇|\\nabla")
_FILLER = spoken(
    r"(?:is|are|was|be|being|of|the|a|an|its|exactly|just|simply|equals?|to|by|set|given|with|value|here|now"
    r"|factor|becomes|at"
    r"|quantity|current|some|always|then|thus|adaptive|constant|fixed|that|which|and|also|effective|effectively"
    r"|namely|precisely"
    r"|as|whose|has|have|chosen|taken|overall|global|common|scalar|both|it|equal|amount|turns|out|in|our|this|case|per"
    r"|[=:,(]|\\left)(?=$|[ =:,(\\α-ω‖|\d])"
)
_LOOKS_MATHS = spoken(r"(?:\\frac|\\tfrac|\(?[\w\\α-ω.{}]{1,12}\)?(?:[/*^·+]|\\cdot)[\w\\(α-ω{])")
_SHARE = spoken(r"(?:half|twice|double|thrice|(?:a|one) (?:half|third|quarter)|two times|the (?:square|inverse|reciprocal|root) of)\b")
_WORD_PAIR = spoken(r"[A-Za-z]{3,}/[A-Za-z]{3,}")


def step_claims(text: str, scope: Scope, gradient: Expr) -> StepClaims:
    """What a flattened text says about a step size. gradient: as the problem writes it."""
    claims = StepClaims()
    local = norm_words(scope, gradient)
    for sentence in text.split("\n"):
        _claims_of(with_norms(sentence), scope, local, claims)
    return claims


def _claims_of(s: str, scope: Scope, local: dict[str, Expr], claims: StepClaims) -> None:
    taken: list[tuple[int, int]] = []
    for m in islice(_STEP_CUE.finditer(s), MAX_CUES):
        if m.start() >= max((b for _, b in taken), default=0):
            _after_step(s, m, scope, local, claims, taken)
    for m in islice(_RESCALED.finditer(s), MAX_CUES):
        if not _STEP_CUE.search(s[: m.start()]) and not _NEGATED.search(s[: m.start()]):
            claims.depends = True
    for m in islice(_RELATION_CUE.finditer(s), MAX_CUES):
        if any(a <= m.start() < b for a, b in taken):
            continue
        negated = bool(_NEGATED.search(s[max(0, m.start() - 30) : m.start()]))
        how = How.INVERSE if m.group("inverse") or m.group("divided") or "inversely" in m.group() else How.PROPORTIONAL
        _object(s, m.end(), how, scope, local, claims, negated, _cue_before(s, m.start()))
    for m in islice(_BEFORE_STEP.finditer(s), MAX_CUES):
        found = formula_after(m.group(1), scope, local)
        if found is not None:
            claims.stated.append(Stated(How.EQUAL, *found))
    for m in islice(_ENTRY_CUE.finditer(s), MAX_CUES):
        found = formula_after(s[m.end() :], scope, local)
        if found is not None:
            claims.stated.append(Stated(How.ENTRY, *found))
    for m in islice(_ADJECTIVE_CUE.finditer(s), MAX_CUES):
        if m.group(1).lower() in local:
            claims.stated.append(Stated(How.PROPORTIONAL, (local[m.group(1).lower()],), m.group(1)))
    for pattern in (_ADAPTIVE, _FIXED):
        for m in pattern.finditer(s):
            negated = bool(_NEGATED.search(s[max(0, m.start() - 30) : m.start()])) or " not " in m.group()
            if (pattern is _ADAPTIVE) != negated:
                claims.depends, claims.fixed = True, False
            else:
                claims.fixed, claims.depends = True, False
    claims.separate |= any(not _NEGATED.search(s[max(0, m.start() - 30) : m.start()]) for m in islice(_SEPARATE.finditer(s), MAX_CUES))
    claims.variant |= bool(_VARIANT.search(s))
    if _NOT_FIXED.search(s):
        claims.depends, claims.fixed = True, False


def _cue_before(s: str, position: int) -> str:
    """The words for the step that stand shortly before a place, '' if none do."""
    return next((m.group() for m in reversed(list(_STEP_CUE.finditer(s[max(0, position - 50) : position])))), "")


def _after_step(
    s: str, m: re.Match[str], scope: Scope, local: dict[str, Expr], claims: StepClaims, taken: list[tuple[int, int]]
) -> None:
    """'learning rate of α/2', 'step size η = (α/2)‖g‖₁', 'lr: α', 'step size proportional to ...'."""
    pos, how, negated = m.end(), How.EQUAL, False
    for _ in range(MAX_FILLERS):
        pos += len(s[pos:]) - len(s[pos:].lstrip(" "))
        rest = s[pos:]
        named = re.match(
            r"\(?(?:\\?[A-Za-zη]+|[^\s=\w])(?:_\{?\w+ ?\}?)?(?:\([^()=]{0,12}\))? ?(?:=|:|∝|\\propto)", rest
        )
        if named and not any(scalar_readings(rest[: named.end() - 1].strip(" =(:\\"), scope, local, whole=True)):
            how = How.PROPORTIONAL if named.group().endswith(("∝", "propto")) else how
            pos += named.end()
            continue
        relation = _RELATION_CUE.match(rest)
        if relation:
            how = (
                How.INVERSE if relation.group("inverse") or "inverse" in relation.group().lower() else How.PROPORTIONAL
            )
            pos += relation.end()
            continue
        contrast = _NOT_BUT.match(rest)  # "not a constant but X" says X
        if contrast:
            pos += contrast.end()
            continue
        negation = _NOT_NEXT.match(rest)
        if negation:
            negated = True
            pos += negation.end()
            continue
        filler = _FILLER.match(rest)
        # A bracket may open the formula itself: "step size (α/2)‖g‖₁".
        if not filler or (filler.group() == "(" and formula_after(rest, scope, local)):
            break
        # "set by the l1 norm" names what the step goes with, "set to" what it is.
        if filler.group().lower() == "by" and re.match(r" gnorm\w+\s*(?:$|[.,;:)]|[A-Za-z])", rest[filler.end() :]):
            how = How.PROPORTIONAL
        pos += filler.end()
    taken.append((m.start(), pos))
    _object(s, pos, how, scope, local, claims, negated, m.group())


_A_STEP = spoken(r"\bsteps?\W*$")
_NAMED = spoken(r"(?!not\b|no\b|never\b)[A-Za-z][A-Za-z' -]{2,60}?(?:, |: | \()(?:i\.?e\.?,? |namely,? |that is,? )?")


def _in_apposition(rest: str, scope: Scope, local: dict[str, Expr]) -> tuple[tuple[Expr, ...], str] | None:
    """The formula behind a name in words that ends the sentence: 'the step size is the weight of the penalty, 1/α'."""
    m = _NAMED.match(rest)
    if m is None or _NORM_WORDS.search(m.group()) or _GRADIENT_WORDS.search(m.group()):
        return None
    found = formula_after(rest[m.end() :], scope, local)
    behind = rest[m.end() :].lstrip(" ")[len(found[1]) :] if found is not None else ""
    return found if found is not None and not behind.strip(" .,;:)!") else None


def _object(
    s: str, pos: int, how: How, scope: Scope, local: dict[str, Expr], claims: StepClaims, negated: bool, cue: str
) -> None:
    """The quantity after a cue: a formula, a norm in words, or the gradient in general.

    cue: the words for the step of which it is said, '' if it may be said of the update.
    """
    rest = s[pos:]
    for _ in range(MAX_FILLERS):
        rest = rest.lstrip(" ")
        filler = _FILLER.match(rest)
        if not filler or formula_after(rest, scope, local):
            break
        rest = rest[filler.end() :]
    found = formula_after(rest, scope, local) or (_in_apposition(rest, scope, local) if how is How.EQUAL and cue and not negated else None)
    if found is not None and how is How.EQUAL and rest[:1] in ("-", "−") and _A_STEP.search(cue):
        return  # 'takes a gradient step −(α/2) g_k' tells the step, not its size
    if found is not None:
        if not negated:
            claims.stated.append(Stated(how, *found, loose=not cue or bool(_LOOSE.search(cue))))
        elif how is not How.EQUAL:
            claims.fixed = True
        return
    if how is How.EQUAL and cue and _LOOKS_MATHS.match(rest) and not _WORD_PAIR.match(rest):
        claims.unread = rest.split(" ")[0][:40]
        return
    if how is How.EQUAL and cue and _SHARE.match(rest):
        claims.unread = rest[:40].strip()  # 'half the penalty weight'
        return
    near = re.split(r"[,;()]| but | so | and the ", rest, maxsplit=1)[0][:70]
    if (how is How.EQUAL and not cue) or re.search(r"(?i)\bsigns?\b", near):
        return
    sized = _NORM_WORDS.search(near) or (_GRADIENT_WORDS.search(near) and _SIZE_WORDS.search(near))
    if sized or _GRADIENT_WORDS.search(near):
        if negated:
            claims.fixed, claims.depends = True, False
        elif cue and not _LOOSE.search(cue):
            claims.depends, claims.fixed = True, False
        elif cue or sized:
            claims.loosely = True


def pieces_of(claims: StepClaims) -> Iterator[str]:
    """The stated quantities as they were written."""
    for s in claims.stated:
        yield f"{s.how.value} {s.says}" if s.how is not How.EQUAL else s.says
