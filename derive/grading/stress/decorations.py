"""Words round a formula: those that change what it says, with what they make of it, and those that change nothing.

A changing word makes a near miss of the right formula. What it makes of the value is written here as an
expression, which plain NumPy or CVXPY then calls wrong (or not: half of 0 is 0); a denial or a condition is
wrong by what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from derive.maths import expr as E
from derive.maths.expr import Expr

Change = Callable[[Expr], Expr]


@dataclass(frozen=True)
class Decoration:
    """Words round a formula ({f}: alone, without its unknown) and what they make of its value; None: it is no answer any more."""

    template: str
    change: Change | None


def _times(factor: Fraction) -> Change:
    return lambda e: E.mul(E.num(factor), e)


def _length(e: Expr) -> Expr:
    return E.fn("abs", e) if not e.shape else E.norm(e, E.TWO) if len(e.shape) == 1 else E.norm(e, None, "fro")


_HALF, _TWICE, _MINUS = _times(Fraction(1, 2)), _times(Fraction(2)), _times(Fraction(-1))
CHANGING: tuple[Decoration, ...] = (
    *(Decoration(t, _HALF) for t in ("half of {f}", "{f}, halved", "{f} halved", "{f}, divided by two", "one half of {f}", "{f} (divide this by 2)",
                                     "The answer is {f}, but halved.", "{f} reduced by 50%")),
    *(Decoration(t, _TWICE) for t in ("twice {f}", "{f}, doubled", "two times {f}", "double {f}", "{f} times two", "The answer is {f}, doubled.",
                                      "{f} multiplied by 2")),
    *(Decoration(t, _MINUS) for t in ("the negative of {f}", "minus {f}", "{f} with the opposite sign", "{f}, with the sign flipped", "the opposite of {f}",
                                      "{f} but negated", "It is {f} with a minus sign in front.")),
    *(Decoration(t, _times(Fraction(1, 3))) for t in ("a third of {f}", "one third of {f}", "{f} divided by three")),
    *(Decoration(t, _times(Fraction(3))) for t in ("three times {f}", "{f}, tripled")),
    *(Decoration(t, _times(Fraction(10))) for t in ("ten times {f}", "{f} times ten")),
    *(Decoration(t, lambda e: E.power(e, E.TWO)) for t in ("{f}, squared", "the square of {f}", "{f} squared")),
    *(Decoration(t, lambda e: E.fn("sqrt", e)) for t in ("the square root of {f}", "{f}, then take the square root")),
    *(Decoration(t, lambda e: E.div(E.ONE, e)) for t in ("the reciprocal of {f}", "one over {f}", "the inverse of {f}")),
    *(Decoration(t, lambda e: E.add(e, E.ones(*e.shape) if e.shape else E.ONE)) for t in ("{f} plus one", "one more than {f}")),
    *(Decoration(t, lambda e: E.sub(e, E.ones(*e.shape) if e.shape else E.ONE)) for t in ("{f} minus one", "one less than {f}")),
    *(Decoration(t, _length) for t in ("the length of {f}", "the magnitude of {f}")),
    *(Decoration(t, lambda e: E.fn("sign", e)) for t in ("the sign of {f}", "only the sign of {f}")),
    *(Decoration(t, lambda e: E.fn("abs", e)) for t in ("the absolute value of {f}", "{f} in absolute value")),
    *(Decoration(t, lambda e: E.div(e, _length(e))) for t in ("{f}, normalised to unit length", "{f} normalized", "the unit vector along {f}")),
    *(Decoration(t, None) for t in (
        "not {f}", "It is not {f}.", "{f} is wrong.", "anything but {f}", "{f} would be a mistake.", "The answer cannot be {f}.", "It is certainly not equal to {f}.",
        "One might guess {f}, but this is false.", "{f}? No, that is not it.", "I tried {f}, which turned out to be incorrect.", "{f} (this is not correct)",
        "Everyone says {f}; they are mistaken.", "proportional to {f}", "{f}, up to a constant factor", "{f} up to sign", "something like the square of {f}",
        "at most {f}", "at least {f}", "less than {f}", "of the order of {f}", "some multiple of {f}", "the first entry of {f}", "a function of {f}")),
)
CHANGED = "changed in words"


def decorated(key: Expr, is_wrong: Callable[[Expr], bool]) -> list[Decoration]:
    """The changing words that make the key wrong."""
    out = []
    for d in CHANGING:
        if d.change is None:
            out.append(d)
            continue
        try:
            changed = d.change(key)
        except (E.ShapeError, ValueError):
            continue
        if is_wrong(changed):
            out.append(d)
    return out


# ------------------------------------------------------------------------------------------ what changes nothing

REMARKS = (
    "{f}, as required.",
    "{f}. This completes the proof.",
    "{f}, which was to be shown.",
    "{f}. ✓",
    "{f}. QED",
    "{f} ∎",
    "By the first-order condition, {f}.",
    "Using duality, {f}.",
    "This gives {f}.",
    "Solving for the unknown yields {f}.",
    "After simplification: {f}",
    "{f} (final answer)",
    "[ANSWER] {f} [/ANSWER]",
    "<answer>{f}</answer>",
    "Final: {f}",
    "Result: {f}",
    "=> {f}",
    "∴ {f}",
    "The {what} reads {f}.",
    "The {what}: {f}",
    "{f} is the {what}.",
    "{f} is the answer.",
    "The {what} turns out to be {f}.",
    "The {what} is given by {f}.",
    "I get {f}.",
    "We conclude that {f}.",
    "Conclusion: {f}",
    "**The {what} is** {f}",
    "# Answer\n{f}",
    "1. {f}",
    "Q.E.D. The {what} is {f}",
    "Ok, so the {what} must be {f}.",
    "Great question! The {what} is {f}.",
    "In summary, the {what} is {f}.",
    "Therefore, we have {f}.",
    "TL;DR: {f}",
    "Short answer: {f}",
    "a) {f}",
    "Part (a): {f}",
    "{f}\n\nLet me know if you have questions.",
    "{f}\n\nI hope this helps!",
    "{f}\n\nThis is the unique solution.",
)
CHATS = (
    "Sure! Let's work through this step by step.\n\n**Step 1.** Write down what is asked.\n\n{o}**Step 2.** Solve it.\n\n**Step 3.** State the {what}:\n\n{f}"
    "\n\nLet me know if you would like more detail!",
    "Let me think about this.\n\n{o}Setting the derivative to zero and solving gives the {what}.\n\n**Final answer:** {f}",
    "### Setup\n\n{o}### Solution\n\nThe problem is convex, so the first-order condition is enough.\n\n### Answer\n\n{f}",
    "Okay, the problem asks for the {what}.\n\n{o}After some algebra I find\n\n{f}\n\nThis agrees with the special case of one dimension.",
    "**Solution.**\n\n{o}Hence\n\n{f}\n\n---\n\n*Remark.* The argument does not use smoothness.",
    "To find the {what}, we proceed as follows.\n\n1. State the problem.\n2. Use its structure.\n3. Read off the result.\n\n{o}The {what} is therefore {f}",
    "Good question. {o}In the end, the {what} is {f}.",
    "<think>I should be careful with constants here. A factor is lost easily.</think>\n\n{o}The {what} is {f}.",
)


def texts() -> Iterator[str]:
    """Every template, for tests."""
    yield from (d.template for d in CHANGING)
    yield from (*REMARKS, *CHATS)
