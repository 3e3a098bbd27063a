"""Values, limits and counts: right is what has the required value; a lone decimal stands for its rounding interval."""

from __future__ import annotations

from fractions import Fraction

from derive.grading.comparing.outcome import prose
from derive.grading.judging.decimals import Shown, compare_rounded, shown_entries
from derive.grading.judging.proofs import strength_of
from derive.grading.judging.shapes import misfit
from derive.grading.judging.standards import beside_standard, required_of
from derive.grading.keys import Key, kept
from derive.grading.verdict import Judgement, Verdict
from derive.maths import expr as E
from derive.maths.batches import NotEvaluable
from derive.maths.entrywise import by_arrays
from derive.maths.equality import (
    Different,
    Equal,
    Tally,
    Unknown,
    Witness,
    agrees,
    same_exactly,
    show_value,
)
from derive.maths.exact import Value, compare, exact, flatten, value_at
from derive.maths.expr import Expr
from derive.maths.standard import Standard
from derive.maths.write import plain


def judge_value(answer: Expr, key: Key, approximate: bool) -> Judgement:
    """Judge a value: equal to the required one in every instance, or its correct rounding."""
    required = key.derivation.answer
    assert required is not None
    if key.wanted.asked and key.wanted.asked in E.symbols_in(answer) and not key.wanted.label:
        return Judgement(Verdict.INCORRECT, f"The answer still contains {key.wanted.asked}, which is asked: it restates the question.",
                         "proved", diagnosis="restatement")
    bad = misfit(answer, key)
    if bad is not None:
        return bad
    written = E.as_column(answer)
    answer = by_arrays(written)
    shown = shown_entries(answer, approximate)
    constant = constant_of(key)
    if shown is not None and constant is not None:
        return _rounded(shown, constant, answer, key)
    if constant is not None and not E.symbols_in(answer):
        settled = _as_constant(answer, constant, key)
        if settled is not None:
            return settled
    tally = Tally()
    found = agrees(answer, kept(key, "worlds", lambda: Standard(required, [*key.generic, *key.edges])), tally, proof=key.proof != "never")
    beside = beside_standard(written, key, 3) if isinstance(found, Equal) else None
    if beside is not None and beside.sets:
        found = agrees(answer, beside, tally)
    if isinstance(found, Unknown):
        return Judgement(Verdict.UNDECIDED, f"It could not be decided: {found.why}.")
    if isinstance(found, Different):
        return Judgement.later(lambda: _another_value(found.witness), verdict=Verdict.INCORRECT, strength="proved", diagnosis="")
    strength, how = strength_of(answer, key, found)
    return Judgement(Verdict.CORRECT, f"It equals the required value on {found.detail}.{how}", strength)


def _as_constant(answer: Expr, constant: Value, key: Key) -> Judgement | None:
    """The judgement of numbers beside numbers, where all are rational: nothing else can differ."""
    w = key.generic[0].worlds[0]
    try:
        value = value_at(answer, w)
    except NotEvaluable:
        return None
    if value is None or not all(isinstance(v, Fraction) for v in (*flatten(value), *flatten(constant))):
        return None
    if same_exactly(value, constant):
        return Judgement(Verdict.CORRECT, "It equals the required value exactly.", "proved")
    found = Different(w, answer, required_of(key))
    return Judgement.later(lambda: _another_value(found.witness), verdict=Verdict.INCORRECT, strength="proved", diagnosis="")


def _another_value(w: Witness) -> Judgement:
    return Judgement(Verdict.INCORRECT, f"Its value is {prose(w.submitted)} where {prose(w.required)} is required{where_it_is(w)}.", "proved", w)


def where_it_is(w: Witness) -> str:
    """The instance of a witness in words, where it is short."""
    inside = ", ".join(f"{k} = {prose(v)}" for k, v in w.at.items())
    return f" at {inside}" if inside and len(inside) < 200 else ""


def constant_of(key: Key) -> Value | None:
    """The value of the key where everything in it is given; None where it depends on free symbols."""
    if "constant" not in key.cache:
        required = key.derivation.answer
        assert required is not None
        free = any(key.problem.symbols[n].given is None for n in E.symbols_in(required) if n in key.problem.symbols)
        open_dims = any(x.op == "dim" or any(isinstance(d, str) for d in x.shape) for x in E.walk(required))
        key.cache["constant"] = None if free or open_dims or not key.generic else exact(required, key.generic[0].worlds[0])
    return key.cache["constant"]


def _rounded(shown: list[Shown], constant: Value, answer: Expr, key: Key) -> Judgement:
    values = flatten(constant)
    outcome = compare_rounded(shown, values, key.part.digits)
    if outcome.fits:
        return Judgement(Verdict.CORRECT, "Every decimal is the required value, correctly rounded at the digits shown.", "proved")
    if outcome.short:
        return Judgement(Verdict.UNDECIDED, f"The decimals are too short to tell: at least {key.part.digits} significant digits are needed.")
    i = outcome.wrong or 0
    given = [plain(x) for x in (answer.args if answer.op == "vec" else (answer,))]
    where = f"entry {i + 1}" if len(values) > 1 else "it"
    witness = Witness({}, given if len(values) > 1 else given[0], [show_value(v) for v in values] if len(values) > 1 else show_value(values[0]),
                      f"{where}: {show_value(values[i])} does not round to what is written")
    return Judgement(Verdict.INCORRECT, f"The required value {show_value(values[i])} does not round to {where} as written.", "proved",
                     witness, "rounding" if _near(shown[i], values[i]) else "")


def _near(shown: Shown, v: Value) -> bool:
    """Whether a decimal is off by less than a thousandth: a rounding slip rather than another number."""
    s = shown.value
    return compare(abs(s - v) * 1000 if isinstance(v, Fraction) else abs(float(s) - float(v)) * 1000, abs(v)) < 0
