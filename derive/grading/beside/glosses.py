"""Remarks at the end of an answer that retell its formula or set a letter aside: 'f = (p b - q)/b (edge divided by odds)', 'theta = F (beta only changes the speed)'.

A gloss in nouns goes where its operation is that of the formula; a letter that is said to change the speed only, where the required answer does not hold it.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.finding.reply import find_reply
from derive.grading.keys import Key
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.signs import SPOKEN_NUMBERS

MOST_TEXT = 1_500
_OPERATIONS = {"divided by": "div", "over": "div", "per": "div", "times": "mul", "multiplied by": "mul", "minus": "sub", "less": "sub", "plus": "add"}
_NOUN = r"(?:(?:the|an?|its)\s+)?[a-z]{3,}(?:[\s-][a-z]{2,}){0,2}?"
_GLOSS = re.compile(rf"\s*\(\s*(?:i\.e\.,?\s+|that is,?\s+)?(?P<a>{_NOUN})\s+(?P<op>{'|'.join(_OPERATIONS)})\s+(?P<b>{_NOUN})\s*\)(?=\s*(?:[.,;]|\Z))", re.I)
_NO_NOUN = frozenset("""it this that half twice double all both each every same other another half quarter third everything result answer formula value whole thing square root minus plus times over
divided squared""".split()) | frozenset(SPOKEN_NUMBERS)
_LETTER = r"(?P<d>\$?)(?P<letter>\\?[A-Za-z]+|[α-ω])(?P=d)"
_ALSO = _LETTER.replace("P<d>", "P<d2>").replace("P=d", "P=d2").replace("letter", "also")
_ASIDE = re.compile(
    rf"(?:\s*\(\s*|\s*[,;—–]\s*|(?<=[.$])\s+)(?:where\s+|and\s+|here\s+)?(?:{_ALSO}\s+and\s+)?{_LETTER}\s+(?:(?P<only>only|merely|just)\s+)?"
    r"(?:changes?|affects?|influences?|sets?|controls?|determines?|governs?|alters?)\s+(?P<only2>only\s+)?"
    r"(?:the\s+|its\s+)?(?:speed|rate|pace|path|transient|time|trajectory|number\s+of\s+steps|how\s+fast)(?:\s+of\s+(?:the\s+)?(?:convergence|iteration|method|approach))?(?:\s+it\s+(?:converges|gets\s+there))?"
    r"(?:,?\s+(?:and\s+)?not\s+(?:the\s+)?(?:limit|end\s*point|destination))?\s*\)?(?P<stop>[.\s]*)\Z")


def without_glosses(text: str, key: Key) -> str:
    """The text without a true remark of these kinds at its end."""
    if len(text) > MOST_TEXT:
        return text
    m = _GLOSS.search(text)
    if m is not None and not _NO_NOUN & set(re.findall(r"[a-z]+", f"{m['a']} {m['b']}".lower().replace("one-hot", "hot"))) and not any(key.wanted.scope.writes(w) for w in (m["a"], m["b"])):
        head, behind = text[: m.start()], text[m.end() :]
        read = [x.expr for a in find_reply(head + behind, key.wanted).alternatives for i in a.interpretations for x in i.members]
        return head + behind if read and all(_operation(e, _OPERATIONS[m["op"].lower()]) for e in read) else text
    m = _ASIDE.search(text) if "only" in text or "merely" in text or "just" in text else None
    if m is None or not (m["only"] or m["only2"]) or not text[: m.start()].strip():
        return text
    letters, answer = [x for x in (m["letter"], m["also"]) if x], key.derivation.answer
    names = [next((s.name for s in key.problem.symbols.values() if x in (s.name, "\\" + s.name, *s.aliases) or _GREEK.get(x) == s.name), "") for x in letters]
    apart = answer is not None and all(n and n not in E.symbols_in(answer) and n != key.wanted.asked for n in names)
    return text[: m.start()] + m["stop"] if apart else text


_GREEK = dict(zip("αβγδεηθλμρστ", "alpha beta gamma delta epsilon eta theta lambda mu rho sigma tau".split(), strict=True))


def _operation(e: Expr, operation: str) -> bool:
    """Whether the last operation of a formula, or of its entries, is this one."""
    while e.op in ("comp", "T", "neg"):
        e = e.args[0]
    if operation == "div":
        return e.op == "div" or (e.op in ("mul", "matmul", "dot") and any(x.op in ("div", "inv") or (x.op == "pow" and x.args[1].op in ("neg", "num")) for x in e.args))
    if operation == "mul":
        return e.op in ("mul", "matmul", "dot")
    return e.op == operation or (e.op == "add" and any(x.op == "neg" for x in e.args) is (operation == "sub"))
