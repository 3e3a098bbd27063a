"""Several counts in one answer: '2n messages of size p', 'parameters: ..., output height: ...', 'o = ...' in a list.

What is labelled in words is put in the order in which it is asked; nothing is guessed: a piece without a label, or two
for one quantity, leave the text as it is.
"""

from __future__ import annotations

import re

from derive.grading.cleaning import cleaned
from derive.grading.keys import Key
from derive.grading.reply import sides

MAX_TEXT = 1_000

_SIZE = r"size|length|numbers?\s+each|parameters?\s+each|floats?\s+each|each\s+(?:carr\w+|of|with)"
_WORDS = {
    "messages": r"messages?|sends\b|transfers?",
    "size": _SIZE,
    "rounds": r"rounds?|steps?|hops?",
    "volume": r"volume|traffic|in\s+total",
    "sent": r"sent|sends?|upload\w*",
    "received": r"received|receives?|download\w*",
    "time": r"time|duration|takes",
    "parameters": r"(?:trainable\s+|learnable\s+)?param(?:eter)?s?|weights?",
    "elements": r"numbers?|elements?|entries|values|cache(?:d)?|stored|size|memory",
    "multiply_adds": r"(?:forward\s*)?(?:multiply[- ]?adds?|multiply[- ]accumulates?|mult[- ]adds?|macs?)|forward(?:\s+pass)?",
    "backward_multiply_adds": r"backward(?:\s+pass)?(?:\s+(?:multiply[- ]?adds?|macs?))?",
    "flops": r"flops?|floating[- ]point\s+operations|operations",
    "training_flops": r"(?:total\s+)?(?:flops?|floating[- ]point\s+operations|operations)|total|altogether",
    "outputs": r"outputs?|activations?",
    "length": r"(?:output\s+)?(?:height|width|size|length)|output",
    "receptive_field": r"receptive\s+field",
    "ratio": r"ratio|factor|times\s+(?:as\s+)?(?:large|many|larger|bigger)|reduction|saving",
}
_FILLERS = re.compile(r"\b(?:each|in total|total|of|with|the|is|are|there|and|number|numbers|output|forward|pass|per image|in|sent|a|an|message|parameters|it|has|we|get|so|all|together)\b", re.I)
_TEXT = re.compile(r"\\(?:text|mathrm|textrm|operatorname)\s*\{([^{}]*)\}")
_SPACES = re.compile(r"(?<!\\)\\[ ,;!:]|\\q?quad|~|\$")
_ANGLES = re.compile(r"(?:\\(?:left|right)\s*)?\\(l|r)angle(?![A-Za-z])")
_SPLIT_WORDS = re.compile(r"(?<=messages)\s+(?=[^\s=:])|\s+(?=in\s+[^,;]{1,30}\brounds?\b)|\s+and\s+(?=\S)")
_EQUATION = re.compile(r"\s*([A-Za-z])\s*=(?!=)(.+)\Z", re.S)


def listed(text: str, key: Key) -> str | None:
    """The text as a list of the counts in the order asked; None where it is not labelled piece by piece."""
    asked = key.part.counted
    if len(asked) < 2 or len(text) > MAX_TEXT:
        return None
    text = cleaned(text)
    if sides(text) is not None:
        return None  # "A or B": two answers, each found as it stands
    flat = _ANGLES.sub(lambda m: "⟨" if m.group(1) == "l" else "⟩", _SPACES.sub(" ", _TEXT.sub(r" \1 ", text))).strip().rstrip(".")
    pieces = [q for p in _cut(flat) for q in _SPLIT_WORDS.split(p) if q.strip(" .")]
    found: dict[str, str] = {}
    for piece in pieces:
        kinds = [what for what in asked if what not in found and _label(what).search(_outside(piece))]
        if not kinds:
            return _positional([p for p in _cut(flat) if p.strip()], len(asked))
        what = min(kinds, key=lambda k: (-_longest(k, piece), asked.index(k)))
        value = _value(piece, what, frozenset(key.problem.symbols))
        if value is None:
            return None
        found[what] = value
    return f"({', '.join(found[what] for what in asked)})" if len(found) == len(asked) else None


def _label(what: str) -> re.Pattern[str]:
    kind = "ratio" if " / " in what else what.partition(" ")[0]
    return re.compile(rf"(?<![A-Za-z\\])(?:{_WORDS[kind]})(?![A-Za-z])", re.I)


def _longest(what: str, piece: str) -> int:
    return max((len(m.group()) for m in _label(what).finditer(_outside(piece))), default=0)


def _outside(piece: str) -> str:
    """The piece without what stands in brackets."""
    return re.sub(r"\([^()]*\)|\{[^{}]*\}", lambda m: " " * len(m.group()), piece)


def _value(piece: str, what: str, symbols: frozenset[str]) -> str | None:
    """The formula of a labelled piece."""
    head, sign, tail = piece.partition(":") if ":" in piece else piece.partition("=")
    if sign and _label(what).search(head) and not re.search(r"[=:]", tail):
        value = tail
    elif sign:
        return None
    else:
        value = piece
    value = _label(what).sub(" ", value)
    value = _FILLERS.sub(" ", value).strip(" .,;:")
    words = re.findall(r"[A-Za-z]{4,}", re.sub(r"\\[A-Za-z]+|floor|ceil|log2?|sqrt", " ", value))
    return value if value and all(w in symbols or set(w) <= symbols for w in words) else None  # 2Lsge is a product, 'about' is not read


def _cut(text: str) -> list[str]:
    """Pieces between commas, semicolons and line ends outside all brackets; of one bracketed list, its entries."""
    out, level, start = [], 0, 0
    for k, c in enumerate(text):
        if c in "([{⟨":
            level += 1
        elif c in ")]}⟩":
            level -= 1
        elif level == 0 and c in ",;\n":
            out.append(text[start:k])
            start = k + 1
    return [*out, text[start:]]


_SENTENCE = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}\s+[A-Za-z]{2,}")  # two words: no entry of a list


def _positional(pieces: list[str], count: int) -> str | None:
    """'X, o = Y, Z' as 'o = Y; (X, o, Z)': a name that the list gives to one of its entries."""
    if len(pieces) != count or any(_SENTENCE.search(p) for p in pieces):
        return None
    named = [(k, m) for k, p in enumerate(pieces) if (m := _EQUATION.match(p)) is not None]
    if len(named) != 1 or any("=" in p for k, p in enumerate(pieces) if k != named[0][0]):
        return None
    k, m = named[0]
    entries = [m.group(1) if j == k else p.strip() for j, p in enumerate(pieces)]
    return f"{m.group(1)} = {m.group(2).strip()}; ({', '.join(entries)})"
