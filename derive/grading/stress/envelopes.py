"""What stands round a formula: delimiters, the unknown on its left, clauses, boxes, prose, withdrawn attempts."""

from __future__ import annotations

import random
from dataclasses import dataclass

from derive import patterns as re
from derive.grading.stress.decorations import CHATS, REMARKS

OPENINGS = (
    "Therefore the {what} is {f}.",
    "**Final answer:** {f}",
    "Answer: {f}",
    "So {f}.",
    "Thus, {f}",
    "Hence {f}.",
    "## Final Answer\n\n{f}",
    "We obtain {f}.",
    "Setting the derivative to zero, we get {f}.",
    "The {what} is therefore {f}",
    "### Result\n{f}\n",
    "The answer is {f}",
    "{f}\n\nThis completes the derivation.",
    "> {f}",
    "- {f}",
    "**Answer.** {f}",
    "*Solution.* {f}",
    "Solution: {f}",
    "It follows that {f}.",
    "The {what} is:\n\n{f}",
    "(a) {f}",
    "Final answer: {f}",
    "In conclusion, {f}.",
    "we find {f}",
    "\n\n{f}\n\n",
    "ANSWER: {f}",
    "✅ {f}",
    "Putting it all together:\n\n{f}",
    "I think the {what} is {f}",
    "My answer is {f}.",
    "Consequently, the {what} equals {f}.",
)
WITHDRAWALS = (
    "First I wrote {w}, but that is wrong. Correction: {f}",
    "~~{w}~~ {f}",
    "I initially got {w}. Wait, that is not right. The correct answer is {f}.",
    "Initially: {w}. This misses a factor, so the corrected result is {f}",
    "At first I had {w}, but I made a mistake. The correct {what} is {f}.",
    "My earlier answer {w} was incorrect. Final answer: {f}",
    "Not {w}, but {f}",
    "{w} is wrong; the correct answer is {f}",
)
REVERSALS = (
    "First I wrote {f}, but that is wrong. Correction: {w}",
    "I initially had {f}, but the correct final answer is {w}",
    "{f} or {w}",
    "~~{f}~~ {w}",
    "{w} or {f}",
    "Not {f}, but {w}",
    "I initially got {f}. Wait, that is not right. The correct answer is {w}.",
    "My earlier answer {f} was incorrect. Final answer: {w}",
    "{f} is wrong; the correct answer is {w}",
    "**Attempt 1:** {f}\n\nThis is wrong, because the penalty was left out.\n\n**Attempt 2:** {w}\n\nFinal answer: {w}",
    "A common mistake is to answer {f}. The right answer is {w}.",
    "{f}\n\nHmm, on second thought this cannot be right. It should be {w}.",
    "Some would say {f}, but it is actually {w}.",
    "either {f} or {w}",
)


@dataclass(frozen=True)
class Equation:
    """A formula to be stated: what stands on the left ('' for nothing), on the right, and clauses that define its names."""

    left: str
    right: str
    clauses: tuple[str, ...] = ()
    tail: str = ""
    several: bool = False  # further equations stand in `right`: a box holds all of them or none


def stated(eq: Equation, medium: str, rng: random.Random, prose: bool) -> str:
    """The equation as text of a medium; in prose it always stands within delimiters."""
    if medium == "latex":
        return _latex(eq, rng, prose)
    if medium == "python":
        return _python(eq, rng, prose)
    return _typed(eq, rng, prose)


def _latex(eq: Equation, rng: random.Random, prose: bool) -> str:
    right, left = eq.right, eq.left
    equals = rng.choice((" = ", " = ", "=", " = ", "\\;=\\;"))
    boxed = rng.random()
    if left:
        body = f"{left}{equals}{right}"
        if boxed < 0.08 and not eq.several:
            body = f"{left}{equals}\\boxed{{{right}}}"
        elif boxed < 0.2:
            body = f"\\boxed{{{body}}}"
    else:
        body = f"\\boxed{{{right}}}" if boxed < 0.2 else right
    outside = ""
    if eq.clauses:
        listed = ",\\ ".join(eq.clauses)
        word = rng.choice(("where", "with"))
        how = rng.randrange(5)
        if how == 0 and not boxed < 0.2:
            body += f",\\quad {listed}"
        elif how == 1:
            body += f",\\quad \\text{{{word} }} {listed}"
        elif how == 2:
            body += f"\\quad\\text{{{word}}}\\quad {listed}"
        else:
            outside = f"{rng.choice((' ', ', '))}{word} ${listed}$"
    if eq.tail:
        inside = {"for all i": "\\quad \\forall i", "for each i": "\\text{ for each } i"}.get(eq.tail)
        if inside and rng.random() < 0.4:
            body += inside
        else:
            outside += f" {eq.tail.replace(' i', ' $i$') if rng.random() < 0.5 else eq.tail}"
    bare = not prose and not outside and rng.random() < 0.25
    if bare:
        return body
    ways = ["$", "$", "$", "\\(", "\\["] if outside else ["$", "$", "$$", "\\(", "\\[", "equation", "align", "$$n", "display"]
    way = rng.choice(ways)
    if way == "align" and left and body.startswith(f"{left}{equals}"):
        star = rng.choice(("*", ""))
        return f"\\begin{{align{star}}}\n{left} &= {body[len(left + equals) :]}\n\\end{{align{star}}}"
    wrapped = {
        "$": f"${body}$",
        "$$": f"$${body}$$",
        "\\(": f"\\({body}\\)",
        "\\[": f"\\[{body}\\]",
        "$$n": f"$$\n{body}\n$$",
        "align": f"\\[\n{body}\n\\]",
        "equation": f"\\begin{{equation}}\n{body}\n\\end{{equation}}",
        "display": f"$\\displaystyle {body}$",
    }[way]
    return wrapped + outside


def _typed(eq: Equation, rng: random.Random, prose: bool) -> str:
    body = f"{eq.left}{rng.choice((' = ', ' = ', '='))}{eq.right}" if eq.left else eq.right
    if prose and rng.random() < 0.25 and "`" not in body:
        body = f"`{body}`"
    for c in eq.clauses:
        body += rng.choice((f", {c}", f" where {c}", f" with {c}", f", where {c}"))
    return body + (f" {eq.tail}" if eq.tail else "")


def _python(eq: Equation, rng: random.Random, prose: bool) -> str:
    line = f"{eq.left} = {eq.right}" if eq.left else eq.right
    lines = [*eq.clauses, line]
    if eq.clauses or prose:
        if not eq.left and eq.clauses:
            lines[-1] = f"result = {eq.right}"
        if len(lines) == 1 and rng.random() < 0.5:
            return f"`{line}`"
        head = "import numpy as np\n" if rng.random() < 0.25 else ""
        return f"```python\n{head}" + "\n".join(lines) + "\n```" if rng.random() < 0.7 or prose else "\n".join(lines)
    return line


def in_prose(formula: str, what: str, rng: random.Random, unique: bool = True) -> str:
    """A sentence round a formula. unique: whether it may be said to be the only solution."""
    template = rng.choice((*OPENINGS, *REMARKS))
    if not unique and "unique" in template:
        template = "{f}"
    # "- $x$" can be an item or a negative: only an equation or a box is plainly an item.
    if template == "- {f}" and (formula[:1] not in "$\\" or not ("=" in formula or "\\boxed" in formula)):
        template = "Final answer:\n\n{f}"
    if "\n" in formula and (template.startswith((">", "- ", "(a)", "✅", "1. ", "a) ", "=>", "∴", "#", "[", "<", "Part")) or _goes_on(template)):
        template = "Final answer:\n\n{f}"
    if _goes_on(template) and formula[-1:] not in "$)]`" and any(word in formula for word in (" where ", " with ", " for ", ", ")):
        template = "The {what} is {f}"  # "where k is the largest is the update": what would go on is not the formula
    return template.format(f=formula, what=what)


def _goes_on(template: str) -> bool:
    """Whether the sentence goes on behind the formula."""
    return template.partition("{f}")[2].lstrip("*")[:1] not in ("", ".", "\n")


def chatty(formula: str, what: str, objective: str, rng: random.Random) -> str:
    """A reply of several paragraphs round a formula; objective: a sentence that states the problem again, or nothing."""
    return rng.choice(CHATS).format(f=formula, what=what, o=objective and f"{objective}\n\n")


def withdrawn(formula: str, wrong: str, what: str, rng: random.Random) -> str:
    """A wrong attempt, withdrawn, and then the formula."""
    return rng.choice(WITHDRAWALS).format(f=formula, w=wrong, what=what)


def reversed_to(formula: str, wrong: str, rng: random.Random) -> str:
    """The right formula given up for a wrong one, or both left standing."""
    return rng.choice(REVERSALS).format(f=formula, w=wrong)


_CHOSEN = re.compile(r"([ijklm])\s*(?:=|∈|\\in\b|\bin\b)\s*\\?(?:operatorname\*?\{)?arg")


def clash(first: str, second: str) -> bool:
    """Whether a text fixes an index by which the next one goes through all entries: u_j = ... behind e_j with j = argmax_i |g_i| could mean one or all."""
    return any(re.search(rf"_\{{?{m.group(1)}\b", second) and not re.search(rf"{m.group(1)}\s*(?:=|∈|\\in\b|\bin\b)|\b(?:all|each)\W+{m.group(1)}\b|\\forall\s*{m.group(1)}", second)
               for m in _CHOSEN.finditer(first))
