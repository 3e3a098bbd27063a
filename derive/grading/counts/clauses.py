"""A text that tells counts as clauses: its formulas, the words round each, the label before a colon and the mark that the clause begins with.

'k rounds, n messages per round, so n k messages in total (n in each)' is four clauses, of which the third concludes and the last stands in brackets.
"""

from __future__ import annotations

from typing import NamedTuple

from derive import patterns as re
from derive.grading.asides.runs import is_maths
from derive.grading.text.cleaning import unbolded
from derive.grading.text.segments import pieces
from derive.grading.words.vocabulary import LITTLE
from derive.maths.symbols import Scope

MAX_TEXT = 1_500
CONCLUDES, PLAIN, ALTERNATIVE, CALCULATES, TIMES = "so", "", "or", "+", "*"
"""What a clause may begin with: a word or sign of conclusion; nothing that matters; 'or'; a sign that calculates with words on both sides, and one that multiplies."""


class Counted(NamedTuple):
    """One formula of a clause. before, after: the words up to the formula before it and the next; of a clause's first formula and its last, all words there."""

    before: str
    formula: str
    after: str


class Clause(NamedTuple):
    """head: the label before its colon; mark: what it begins with; inside: it stands in brackets; behind: the place of the clause with a number whose colon it stands behind, or -1;
    said: its words, without formulas."""

    head: str
    mark: str
    inside: bool
    behind: int
    counted: tuple[Counted, ...]
    said: str


_ITEM = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)]|\([a-e1-9]\))[ \t]+", re.M)
_TEXT = re.compile(r"\\(?:text|mathrm|textrm)\s*\{([^{}]*)\}")
_LOW = str.maketrans({"ᵢ": "_i", "ₒ": "_o", "ₙ": "_n"})
_SIGN_FIRST = re.compile(r"^(?:[+*/×·=]|\\times|\\cdot)(?=\s|\\|$)\s*")
_SIGN_LAST = re.compile(r"\s*(?:[-+*/×·=−]|\\times|\\cdot)$")
_SIGNS_NEXT = re.compile(r"\s*[-+*/=·×^−]")
_EQUALS_NEXT = re.compile(r"\s*=\s*\S")
_WORD = re.compile(r"\S+")
_NO_FORMULA = re.compile(r"(?!log|sqrt)[A-Za-z]{3,}|→|⇒|⟹|=>|->")
_MULTIPLIES = re.compile(r"[×*·x]|\\times|times", re.I)
_LETTERS = re.compile(r"(?<![A-Za-z\\_{^])[A-Za-z]{2,6}(?![A-Za-z_(}])")
_TOKEN = re.compile(
    r"⟦(?P<k>\d+)⟧|(?P<open>\()|(?P<close>\))|(?P<end>[;\n]|(?:\.|(?<=[a-z])!|\?)+(?=\s|$))|(?P<comma>,|\s[—–-]{1,2}(?=\s))|(?P<colon>:)"
    r"|(?P<so>=|→|⇒|⟹|\b(?:so|thus|hence|therefore|i\.\s?e\.|that is|that makes|which is|which makes|which gives|giving|making|for a total of)(?!\w))"
    r"|(?P<or>\bor\b)|(?P<sign>[+×*·/−]|\\times|\bx(?=\s)|\b(?:times|plus|minus)\s(?=⟦))|(?P<joint>\b(?:and|while|whereas)\b)|(?P<word>[^\W\d_][\w'’/-]*|[#\d][\w.]*)|(?P<other>\S)", re.I)


def with_products_apart(text: str, scope: Scope) -> str:
    """The text with '2Lsge' as '2L·s·g·e', where all letters of the word are declared and it is no other word."""
    return _LETTERS.sub(lambda m: m[0] if scope.writes(m[0]) or m[0].lower() in LITTLE or m[0] in ("he", "me", "she") or not all(scope.writes(c) for c in m[0]) else "·".join(m[0]), text)


_NAMED_BEHIND = re.compile(r"\$([^$=]{1,200}?)\s*=:\s*([A-Za-z]'?)\s*\$")


def with_names_first(text: str) -> str:
    """The text with '$F =: h$' as '$h = F$'."""
    return _NAMED_BEHIND.sub(r"$\2 = \1$", text) if "=:" in text else text


def masked(text: str, scope: Scope) -> tuple[str, list[str]]:
    """The text with a numbered place for each formula, and the formulas."""
    out, found = "", list[str]()
    for p in pieces(_TEXT.sub(r" \1 ", text)):
        if p.formula and p.text.strip() and not re.fullmatch(r"[\s\\,;]*[+=×][\s\\,;]*", p.text):
            told, close = p.text.strip().rstrip(".,; "), ""
            while (m := _SIGN_FIRST.match(told)) is not None:
                out, told = f"{out} {m[0].strip()} ", told[m.end() :]
            while (m := _SIGN_LAST.search(told)) is not None:
                close, told = f" {m[0].strip()} ", told[: m.start()]
            out += f" ⟦{len(found)}⟧{close}"
            found.append(told)
            continue
        if p.formula:
            out += p.text
            continue
        prose, at = with_products_apart(p.text, scope), 0
        for start, told in _runs(prose, scope):
            out += f"{prose[at:start]}⟦{len(found)}⟧"
            found.append(told)
            at = start + len(told)
        out += prose[at:]
    return out, found


def _runs(text: str, scope: Scope) -> list[tuple[int, str]]:
    """The longest runs of words that only mathematics holds, with their places, without signs at their ends and brackets that are not closed in them."""
    out: list[tuple[int, str]] = []
    begin, end = -1, -1
    for m in _WORD.finditer(text):
        bare = m[0].strip("(),.;:")
        if _NO_FORMULA.fullmatch(bare) and not scope.writes(bare):
            begin = -1
        elif is_maths(m[0], scope, begin >= 0) or (len(bare) == 1 and scope.writes(bare) and _SIGNS_NEXT.match(text, m.end())) or (
                len(bare) == 1 and bare.isalpha() and bare == m[0] and _EQUALS_NEXT.match(text, m.end())):
            begin, end = m.start() if begin < 0 or "\n" in text[end : m.start()] else begin, m.end()
            run = text[begin:end]
            if out and out[-1][0] == begin:
                out.pop()
            out.append((begin, run))
            if m[0][-1] not in ",;:.!?" or run.count("(") > run.count(")"):
                continue
            begin = -1
        else:
            begin = -1
    apart = [part for a, r in out for part in _at_open_bracket(a, r)]
    return [(a, r) for a, r in (_trimmed(a, r) for a, r in apart) if r and re.search(r"[\w⌊]", r)]


def _at_open_bracket(at: int, run: str) -> list[tuple[int, str]]:
    """'2n (n' of '2n (n up)' as two runs: a bracket that is not closed in a run begins a remark."""
    if run.count("(") - run.count(")") != 1 or (k := run.rindex("(")) == 0:
        return [(at, run)]
    return [(at, run[:k]), (at + k + 1, run[k + 1 :])]


def _trimmed(at: int, run: str) -> tuple[int, str]:
    while run:
        before = run
        run = run.rstrip(" ,;:.!?*")
        if (m := _SIGN_FIRST.match(run)) is not None:
            at, run = at + m.end(), run[m.end() :]
        if (m := _SIGN_LAST.search(run)) is not None:
            run = run[: m.start()]
        if run.startswith("(") and run.count("(") > run.count(")"):
            at, run = at + 1, run[1:]
        if run.endswith(")") and run.count(")") > run.count("("):
            run = run[:-1]
        if run.count("(") > run.count(")"):
            run = run[: run.rindex("(")]
        if run == before:
            break
    return at, run


def clauses(text: str, scope: Scope) -> list[Clause]:
    """The clauses of a text in order; none where brackets do not match."""
    prose, found = masked(_ITEM.sub("", unbolded(text.translate(_LOW))), scope)
    out: list[Clause] = []
    head, mark, level, behind, words, numbers = "", PLAIN, 0, -1, [""], list[int]()

    def close(begins: str, keep_head: bool = False) -> None:
        nonlocal head, mark, words, numbers
        said = " ".join(" ".join(words).split())
        if head and not numbers and not said and begins == PLAIN:  # 'Per worker:' above a list
            out.append(Clause(head, mark, level > 0, behind, (), ""))
        elif numbers or said:
            counted = tuple(Counted(words[i].strip(), found[k], words[i + 1].strip()) for i, k in enumerate(numbers))
            out.append(Clause(head, mark, level > 0, behind, counted, said))
        head, mark, words, numbers = head if keep_head else "", begins, [""], []

    for m in _TOKEN.finditer(prose):
        if m["k"]:
            numbers.append(int(m["k"]))
            words.append("")
        elif m["word"] or m["other"]:
            words[-1] += f" {m[0]}"
        elif m["open"]:
            close(PLAIN)
            level += 1
        elif m["close"]:
            close(PLAIN)
            level -= 1
            if level < 0:
                return []
        elif m["end"]:
            close(PLAIN)
            if level:
                return []
            behind = -1
        elif m["colon"]:
            if numbers:
                close(PLAIN)
                behind = len(out) - 1
            else:
                label = " ".join(" ".join(words).split())
                words = [""]
                head = label
        elif m["so"]:
            if m[0] == "=" and not numbers and not head and words[0]:
                head, words = " ".join(words[0].split()), [""]
            else:
                close(CONCLUDES, m[0] == "=")
        elif m["or"]:
            close(ALTERNATIVE)
        elif m["sign"]:
            close(TIMES if _MULTIPLIES.match(m[0]) else CALCULATES)
        else:
            close(PLAIN)
    close(PLAIN)
    return [] if level else out
