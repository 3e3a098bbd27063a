"""What stands apart from an answer: examples, checks and remarks with a label of their own, the display that a reply ends in, and the prose behind a formula of notes."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re
from derive.grading.finding.reply import gives_up
from derive.grading.keys import Key, kept

MAX_TEXT = 8_000
CHANGES = re.compile(
    r"\b(?:hal(?:f|ve[sd]?)|halving|twice|doubl\w*|tripl\w*|multipl(?:y|ied)|divid(?:e|ed)|negat\w*|flip\w*|wrong|mistak\w*|incorrect\w*|false|instead|actually|wait|correct(?:ed|ion)|must|should|"
    r"rather|answers?|final\w*|not quite|sorry|oops|forgot\w*|replace\w*|unless|only|except|guess\w*|maybe|perhaps|times|plus|minus|squared|cubed|root|inverse|reciprocal|"
    r"kept|dropped|removed|take|taken|back|ignore|disregard|never mind|or|rounded|scaled|clipped|normali[sz]\w*)\b|n't\b|\?", re.I)
"""Words in a remark that may take an answer back, or make another of it."""
_KINDS = (r"(?:examples?|checks?|tests?|verification|verify|in words|intuition|interpretation|"
          r"geometrically|geometry|(?:two |some )?properties(?: to verify)?|"
          r"consequences?|context|summary of the idea|why(?: it works| this works)?|where the terms come from|units|dimensions)")
_LABELLED = re.compile(
    rf"[\s>#*_•–-]*(?:\d[.)]\s*)?(?:step \d+\s*[–—:.-]+\s*)?"
    rf"(?:(?:quick|numerical|numeric|sanity|spot|scalar|short|small|worked|plausibility|one-dimensional|typical|simple|two|three|a|with|concrete)[\s-]+){{0,3}}"
    rf"{_KINDS}\b[^\n:.]{{0,50}}?(?:\*\*|[:.(*_]|\n)", re.I)
_INLINE = re.compile(r"(?:(?<=[.!)$*✓]\s)|(?<=\n)|(?<=[;,]\s)|\A)\s*(?:For (?:instance|example)|E\.g\.|e\.g\.|As an? (?:example|check|illustration)|To check|Numerically|Check)(?:\b|(?<=\.))[,:]?\s")
_WITH_NUMBERS = re.compile(r"\b(?:with|for|take|at|let|if|when)\s+\$?\\?[A-Za-zα-ω]+(?:_\{?\w+\}?)?\s*=\s*[-−(\[]?\s*\d")
_ANSWERS = re.compile(r"\b(?:must|should|needs?|ought|instead|actually|wait|corrections?|but|however|answers?|final\w*|general(?:ly)?|hence|therefore|update|wrong|mistake)\b", re.I)
"""Words in an example with numbers that may still be about the answer: everything else that is done in it is done with its numbers."""
_END = re.compile(r"(?<![\d=])[.!✓✔](?=\s|\Z)|\n")


def without_examples(text: str) -> str:
    """The text without paragraphs, items and sentences that are labelled as examples, checks or remarks, unless they may change the answer; the text itself where there are none."""
    if len(text) > MAX_TEXT:
        return text
    blocks = re.split(r"(\n[ \t]*\n|\n(?=[ \t]*(?:[-*•]|\d[.)])[ \t]))", text)
    kept = [blocks[0]]
    for k in range(1, len(blocks) - 1, 2):
        if _LABELLED.match(blocks[k + 1]) is None or CHANGES.search(_words(blocks[k + 1])):
            kept += blocks[k : k + 2]
    out = "".join(kept)
    for m in reversed(list(_INLINE.finditer(out))):
        end = _END.search(out, m.end())
        said = out[m.start() : end.end() if end is not None else len(out)]
        if out[: m.start()].strip() and re.search(r"\d", said) and not (_ANSWERS if _WITH_NUMBERS.search(said) else CHANGES).search(_words(said)):
            out = out[: m.start()] + out[m.start() + len(said) :]
    return out if out.strip() else text


def _words(block: str) -> str:
    """A block without its formulas and the first line's label."""
    return re.sub(r"\$\$.*?\$\$|\$[^$]*\$", " ", block, flags=re.S)


_DISPLAY = re.compile(r"\$\$(?P<said>[^$]{1,800})\$\$")


def last_display(text: str, holds: Callable[[str], bool]) -> tuple[str, str, str] | None:
    """What stands before the last display of a reply, the display, and what stands behind it; None where something behind may change it. holds: whether a sentence says what is true of the answer."""
    found = list(_DISPLAY.finditer(text)) if len(text) <= MAX_TEXT and "$$" in text else []
    if not found or ("\\boxed" in text and "\\boxed" not in found[-1]["said"]):
        return None
    before, behind = text[: found[-1].start()], text[found[-1].end() :]
    lead = re.split(r"(?<=[.!?])\s+(?=[A-Z*_$])|\n\s*\n", before.rstrip())[-1]
    said = re.split(r"(?<=[.!])\s+(?=[A-Z$\\])", behind.strip())
    if any(CHANGES.search(_words(x)) and not holds(x.rstrip(".! \n")) for x in said) or _DENIES_WHAT_FOLLOWS.search(_words(lead)) or _LEADS_TO.search(lead) is None:
        return None
    return before, found[-1][0], behind


def denied_before(before: str) -> bool:
    """Whether the sentence before what follows denies it, or says that it is a part, a multiple or another's."""
    lead = re.split(r"(?<=[.!?])\s+(?=[A-Z*_$])|\n\s*\n", before.rstrip())[-1]
    return _DENIES_WHAT_FOLLOWS.search(_words(lead)) is not None


_LEADS_TO = re.compile(
    r"(?:[:.!?*]|\b(?:gives?|get|gets|is|are|yields?|obtain|hence|therefore|so|thus|then|have|has|becomes?|reads|equals?|that|"
    r"and|formula|form|solution|minimi[sz]er|value|limit|update)\b[,:]?|\$,?)\s*\Z", re.I)
_DENIES_WHAT_FOLLOWS = re.compile(
    r"(?:\b(?:not|never|anything but|no longer|neither|nor|half|twice|double|triple|third|quarter|wrong|incorrect|false|mistak\w*|would|could|unless|instead|unlike|whereas|contrast|"
    r"student|someone|suppose|compared? (?:with|to))\b|n't\b)(?:\W+\w+){0,5}\W*\Z"
    r"|\b(?:square|root|inverse|reciprocal|negative|opposite|sum|product|norm|transpose|multiple|part|factor|log\w*)\s+of(?:\W+\w+){0,2}\W*\Z"
    r"|\b(?:squared|times|over|plus|minus|or|except|than)\W*\Z", re.I)


_CUT = re.compile(r"\s+(?:--|—|–)\s+|[.;](?=\s+[A-Za-z])|:(?=\s+(?:the|a|an|this|it|each|every|that)\s)|,(?=\s+(?:i\.e\.|that is|where as|which|because|since|half of|so that|as)\s)|\n+(?=[a-z(#])")
_MATHS = re.compile(r"[=<>≤≥+*/^|√Σ∑(){}²³·×]|\d|(?<![A-Za-z])[a-zα-ω](?![A-Za-z])")
_SAYS = re.compile(r"[A-Za-z]{2,}\s+[A-Za-z]{2,}")


def heads_of_notes(text: str) -> list[tuple[str, str]]:
    """The beginnings of a plain text at which a formula may end, each with the prose behind it, the longest last."""
    if len(text) > 900 or "$" in text or "\\" in text or "```" in text:
        return []
    out = []
    for m in _CUT.finditer(text):
        head, rest = text[: m.start()].strip(), text[m.end() :].strip()
        if len(head) > 2 and _SAYS.search(rest) and not _SAYS.search(head) and not CHANGES.search(rest) and not _MATHS.search(rest) and re.search(r"[=*/^+(√Σ∑·]|\b\d", head):
            out.append((head, rest))
    return out[:4]


def comment_of(text: str) -> re.Match[str] | None:
    """A line of code and its comment, which takes nothing back and supposes nothing."""
    m = _COMMENT.fullmatch(text.strip()) if "#" in text else None
    return None if m is None or gives_up(m["said"]) or _COMMENT_DENIES.search(m["said"]) else m


_COMMENT = re.compile(r"(?P<code>[^#\n$]*[\w)\]])\s*#\s+(?P<said>[^\n]*)")
_COMMENT_DENIES = re.compile(r"\b(?:wrong|incorrect|false|not|no|mistake|todo|fixme|only|should|instead|old|bug|assum\w*|suppos\w*|if|for|when|where|but|or|times|half|twice)\b|n't\b|[<>]", re.I)


_REMARK_BEHIND = re.compile(r"(?P<said>.*?\S)(?:\s{2,}|\n\s*)(?:\((?P<round>[^()\n]*(?:\([^()\n]*\)[^()\n]*)*)\)|\[(?P<square>[^\[\]\n]*)\])\s*[.]?\s*\Z", re.S)
REMARK_DENIES = re.compile(
    r"\b(?:wrong|incorrect|false|only|except|half|twice|doubled?|mistake|instead|but|should|would|times|not sure|guess|maybe|actually|wait|divided|multiplied|plus|minus|squared|or|take|taken|back|"
    r"scaled|rounded|clipped|negated|convention|normali[sz]\w+|averaged|mean|factor|up to|for)\b|\?", re.I)
_REMARK_KNOWN = re.compile(
    r"\b(?:non-?zero|not zero|not 0|equality|inequality|ineq|Cauchy|H(?:ö|oe|o)lder|C-S|ties?|pick any|any one|by symmetry|by convexity|because|since)\b|(?:≠|!=|\\neq?)\s*(?:0|\\mathbf\{0\})", re.I)
"""What a remark in brackets may say: that something is not zero, by which inequality, or that ties do not matter."""


def remark_apart(text: str) -> tuple[str, str]:
    """A text without the remark in brackets that stands apart at its end, and that remark; '' where there is none of a kind that leaves the answer as it is."""
    m = _REMARK_BEHIND.fullmatch(text.rstrip())
    said = (m["round"] or m["square"] or "") if m is not None else ""
    return (m["said"], said) if m is not None and _REMARK_KNOWN.search(said) and not REMARK_DENIES.search(said) else (text, "")


def given_anew(key: Key) -> re.Pattern[str]:
    """A line that gives a declared letter, other than what is asked, another value: 'g = 2*g'."""
    names = sorted({n for s in key.wanted.scope.symbols.values() if s.name != key.wanted.asked for n in (s.name, *s.aliases)}, key=len, reverse=True)
    return kept(key, "declared anew", lambda: re.compile(r"(?:\A|\n|;)\s*\$?(?:" + "|".join(map(re.escape, names)) + r")\s*:?=(?!=)"))
