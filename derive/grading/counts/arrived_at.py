"""Where a text that counts several quantities in sentences says what it arrives at: after 'Answer:', in its first sentence, or section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from derive import patterns as re
from derive.grading.asides.units import Sentence, joined, sentences
from derive.grading.text.segments import pieces
from derive.grading.words.taken_back import MAY_MEND

_ANSWER = re.compile(
    r"(?:^|\n|(?<=[.!?:])\s)[^\w\n$]*(?:(?:the\s+)?final\s+)?(?:answers?|results?|conclusion|summary|altogether|total|"
    r"in total|all in all|in short|so|hence|thus|therefore)\b(?!\s+(?:is|we|it|the)\b)[*_]*\s*[:.,]?[*_]*\s*", re.I)
_TAKEN_BACK = re.compile(rf"\b(?:{MAY_MEND}|should|must|doubl\w*|halv\w*|twice|(?<!\n)times|times(?!\s*[.,;])|plus|minus|more|extra|additional\w*|"
    r"divid\w*|subtract\w*|swap\w*|add\s+(?:these|those|them|this|it))\b|\?", re.I)
_RESTRICTS = re.compile(r"\s*(?:where|with|if|for|when|as|provided|assuming|given|unless|only|except|but|or|not)\b")
_MENDED = re.compile(r"\b(?:wait|oops|actually|correction|mistak\w*|wrong\w*|incorrect\w*|sorry|instead|forgot\w*|missed|should)\b", re.I)
_SUPPOSES = re.compile(r"\s*(?:for|with|if|when|where|as|because|since)\b", re.I)
_HEADING = re.compile(r"^\s*(?:#{1,6}\s+(?P<a>[^\n]{3,60}?)\s*#*\s*$|(?:[-*]\s+|\d+[.)]\s+)?[*_]{1,2}(?P<b>[^*_\n]{3,50}?)[.:]?[*_]{1,2}[.:]?\s*)", re.M)
_OWN_LETTER = re.compile(r"\boutput height ([A-Za-z])\s*$")
_LETTER = re.compile(r"\b(?:is|are|becomes?|carr(?:y|ies)|holds?|has|have)\s+(?:all\s+|the\s+|just\s+|only\s+){0,2}(?P<letter>[b-zA-HJ-Z])(?![\w'’-])")  # 'the size is p as well'
_LETTER_BEFORE = re.compile(r"(?<![\w'’-])(?P<letter>[b-zA-HJ-Z])\s+\Z")  # 'so in fact n messages'
_SO = re.compile(r"\s*(?:and\s+)?(?:so|hence|thus|therefore|giving|which\s+(?:makes|gives))\b[,:]?\s*(?:(?:that\s+is|there\s+are|we\s+have|we\s+get|it\s+is)\s+)?", re.I)
_DISOWNS = re.compile(r"\b(?:not|never|no|wrong\w*|mistake\w*|incorrect\w*|false\w*|student|guess|if|would|instead|suppose\w*|assum\w*|example|say|says|said|claim\w*|without)\b|n't\b|\?", re.I)
_MOST = 6


def concluding(text: str) -> Iterator[tuple[str, str]]:
    """Parts of a text that may give all its counts, each with what stands behind it."""
    for p in reversed([p for p in pieces(text) if p.boxed][-1:]):
        yield p.text, text[p.start + len(p.text) :].lstrip("}$ ")
    marks = list(_ANSWER.finditer(text))
    for m in reversed(marks[-_MOST:]):
        part = text[m.end() :]
        found = sentences(part.strip())
        yield part, ""
        if len(found) > 1:
            yield joined(found[:1]), joined(found[1:])
        if found:
            yield from _clauses(found[0], joined(found[1:]))
    found = sentences(text.strip())
    for k in range(min(len(found) - 1, 3), 0, -1):
        yield joined(found[:k]), joined(found[k:])
    if found:
        yield from _clauses(found[0], joined(found[1:]))


def _clauses(s: Sentence, behind: str) -> Iterator[tuple[str, str]]:
    """The first clauses of a sentence, with what stands behind them; and what it arrives at behind a colon or 'so'."""
    for k in range(1, len(s)):
        if (s[k].mark.strip() == ":" or _SO.match(s[k].text)) and not _DISOWNS.search(joined([s[:k]])):
            yield _SO.sub("", joined([s[k:]]).strip(" :,")), behind
    for k in range(len(s) - 1, 0, -1):
        if _RESTRICTS.match(s[k].text) or (s[k].mark.strip() == "(" and re.search(r"[$\d]", s[k].text)):
            return
        if s[k].mark.strip() in (",", ";", ":", "(", "—"):
            yield joined([s[:k]]), f"{joined([s[k:]]).strip(' ,;:')}. {behind}"


def stands(behind: str, told: Mapping[str, str], labels: Mapping[str, re.Pattern[str]]) -> bool:
    """Whether what follows neither takes the counts back nor gives one of them another value."""
    for s in sentences(behind):
        said = joined([s]).strip()
        words = re.sub(r"\$[^$]*\$", " ", said)
        if _TAKEN_BACK.search(words):
            return False
        if _SUPPOSES.match(said):
            continue
        if any(labels[what].search(words) and re.search(r"\$[^$]*[\w)}]\s*\$|=|\d", said) for what in told):
            return False
        if any(m["letter"] != told[what].strip() for what in told for label in labels[what].finditer(words) for m in _LETTER_BEFORE.finditer(words[: label.start()])):
            return False
        if any(labels[what].search(words) and any(m["letter"] != told[what].strip() for m in _LETTER.finditer(words)) for what in told):
            return False
    return True


def by_sections(text: str, labels: Mapping[str, re.Pattern[str]]) -> dict[str, str]:
    """The last formula under the heading of each quantity, where every quantity has one heading: '### Parameters ... $$N = A.$$'; else none."""
    heads = list(_HEADING.finditer(text))
    out: dict[str, str] = {}
    own: dict[str, str] = {}  # letters that name a quantity: 'output height o = ...'
    for k, m in enumerate(heads):
        title = (m["a"] or m["b"]).strip()
        kinds = [what for what, label in labels.items() if label.search(title)]
        if len(kinds) != 1:
            continue
        body = text[m.end() : heads[k + 1].start() if k + 1 < len(heads) else len(text)]
        found = [p.text for p in pieces(body) if p.formula and p.text.strip()]
        behind = body[body.rfind(found[-1]) + len(found[-1]) :] if found else ""
        if not found or kinds[0] in out or _MENDED.search(re.sub(r"\$[^$]*\$", " ", body)) or _TAKEN_BACK.search(re.sub(r"\$[^$]*\$", " ", behind)):
            return {}
        head, _, value = found[-1].strip().rstrip(".,; ").rpartition("=")
        out[kinds[0]] = value.strip()
        letter = _OWN_LETTER.search(head)
        if letter is not None:
            own[letter[1]] = kinds[0]
    for name, what in own.items():
        out |= {k: _with_own(v, {name: out[what]}) for k, v in out.items() if k != what}
    return out if len(out) == len(labels) else {}


_CONTRARY = re.compile(r"\b(?:not|never|if|would|instead|suppos\w*|student|unless|example)\b|n['’]t\b|['’]d\b", re.I)
_IN_A_LIST = re.compile(r"^[ \t]*(?:[-*•–]|\d{1,2}[.)])[ \t]", re.M)
_RESTRICTED = re.compile(r"\b(?:per|each|every|if|half|twice|doubled?|only|when|where|unless|except|even|odd)\b")
_PLAIN_NUMBER = re.compile(r"(?<![\w.])\d[\d,.]*\s+")
_UNIT_FIRST = re.compile(r"[\s$]*(?:(?:trainable|learnable|individual|floating-point)\s+){0,2}")
_VALUE_BEHIND = re.compile(r"[*_]{0,2}\s*(?:is|are|=|:|becomes|of|equals)?[:*_\s]*(?:then|thus|therefore)?\s*\Z")


def by_units(text: str, labels: Mapping[str, re.Pattern[str]], reads: Callable[[str], bool]) -> dict[str, str]:
    """The last delimited formula that carries the unit, or the name, of each quantity: 'so the layer has $A$ parameters. One image takes $B$ multiply-adds.'; else none.

    reads: whether a formula has declared letters only.
    """
    if _IN_A_LIST.search(text) is not None:
        return {}
    cut = pieces(text)
    if _MENDED.search("".join([p.text if not p.formula else "$" for p in cut])):
        return {}
    if any(label.match(p.text, m.end()) for p in cut if not p.formula for m in _PLAIN_NUMBER.finditer(p.text) for label in labels.values()):
        return {}  # 'for $h=32$, $g=8$: 4 times as many' is held against the counts elsewhere
    out: dict[str, str] = {}
    own: dict[str, str] = {}
    last = -1
    for k, p in enumerate(cut):
        if not p.formula or not p.text.strip():
            continue
        before, behind = cut[k - 1].text if k and not cut[k - 1].formula else "", cut[k + 1].text if k + 1 < len(cut) and not cut[k + 1].formula else ""
        head, _, value = p.text.strip().rstrip(".,; ").rpartition("=")
        unit = _UNIT_FIRST.match(behind)
        kinds = [(m.end(), what) for what, label in labels.items() if (m := label.match(behind, unit.end() if unit is not None else 0)) is not None]
        if not kinds:
            clause = re.split(r"[.;!?](?=\s)|\n", before)[-1] + re.sub(r"[A-Za-z]\s*\Z", "", head)
            named = [(m.end(), what) for what, label in labels.items() for m in label.finditer(clause) if _VALUE_BEHIND.match(clause, m.end()) is not None]
            kinds = [max(named)] if named else []
        if kinds and _CONTRARY.search(re.split(r"[.;!?](?=\s)|\n", "".join([q.text if not q.formula else "$" for q in cut[:k]]))[-1]) is not None:
            continue  # 'if all heads had their own, it would be ...'
        told = _with_own(value.strip(), {n: out[what] for n, what in own.items() if what in out})
        if kinds and reads(told):
            out[max(kinds)[1]] = told
            if (letter := re.search(r"(?<![A-Za-z\\])([a-zA-Z])\s*\Z", head)) is not None:
                own[letter[1]] = max(kinds)[1]
        elif "(" in before and before.count("(") > before.count(")"):
            return {}  # '$2n$ messages ($n$ up, $n$ down)'
        if kinds and told == out.get(max(kinds)[1]):
            last = k
            if _RESTRICTED.search(re.split(r"[.;!?](?=\s|\Z)|\n|,\s+(?:so|hence|thus|which|and|because|since|as)\b", behind)[0]) is not None:
                return {}
    return out if len(out) == len(labels) and stands("".join([q.text for q in cut[last + 1 :]]), out, labels) else {}


def _with_own(value: str, letters: Mapping[str, str]) -> str:
    """A value with what the text calls a letter of its own put in."""
    for name, told in letters.items():
        value = re.sub(rf"(?<![A-Za-z\\]){name}(?![A-Za-z])", lambda _, told=told: f"({told})", value)  # type: ignore[misc]
    return value
