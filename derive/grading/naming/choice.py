"""Which of the names in a text are its answer, and where the text speaks of their step size."""

from __future__ import annotations

import re
from collections.abc import Iterable

from derive.grading.naming.text import spoken
from derive.grading.naming.words import Mention, Standing

MAX_REGION = 3000  # characters about the names in which their step size is looked for
OWN_WORDS = 25  # characters before a name that belong to it
MAX_GAP = 80  # characters between two names of one list
_OR = spoken(r"\b(?:or|either|alternatively)\b|/")
_LIST = spoken(r"^[ ,/&+(\")]*(?:and|plus|also|or|a|an|the|both|a mix(?:ture)? of|maybe|perhaps|possibly|[ ,/&+])*$")
_ALIAS = spoken(
    r"^[ ,(\"]*(?:or |and )?(?:also |sometimes |often |better |equivalently )*(?:known|called|named"
    r"|aka|ie|in other words|viz)\b"
)
_CORRECTED = spoken(r"\b(?:wait|actually|no|rather|correction|i mean|sorry|instead|but|scratch|not)\b")


def chosen_names(mentions: list[Mention], flat: str) -> list[Mention]:
    """The last asserted name, with the alternatives to it that stand in the same sentence.

    Where none is asserted, the last one that is at least supposed. 'A or B' and 'A and B' both stand,
    so do 'A, also known as B'; 'A, no, B' corrects.
    """
    for standing in (Standing.ASSERTED, Standing.SUPPOSED):
        held = [m for m in mentions if m.standing is standing]
        if not held:
            continue
        chosen = [held[-1]]
        for m in reversed(held[:-1]):
            gap = flat[m.end : chosen[0].start]
            short = len(gap) <= MAX_GAP
            linked = _OR.search(gap) or (short and (_LIST.match(gap) or _ALIAS.match(gap)))
            if m.sentence != chosen[0].sentence or not linked or _CORRECTED.search(gap):
                break
            chosen.insert(0, m)
        return chosen
    return []


def region(flat: str, mentions: list[Mention], chosen: Iterable[Mention], keep: bool = False) -> str:
    """Where the step size of the chosen names is spoken of.

    Their sentence, the one before it if it names no optimizer, and all after it up to another asserted
    name; clauses about optimizers that are denied or compared are left out, unless keep.
    """
    chosen = list(chosen)
    sentences = flat.split("\n")
    first, last = chosen[0].sentence, chosen[-1].sentence
    busy = {m.sentence for m in mentions}
    if first > 0 and first - 1 not in busy and not sentences[first - 1].rstrip(" \"')").endswith("?"):
        first -= 1
    end = next((m.sentence for m in mentions if m.sentence > last and m.standing is Standing.ASSERTED), len(sentences))
    begin = sum(len(s) + 1 for s in sentences[:first])
    stop = sum(len(s) + 1 for s in sentences[: max(end, last + 1)])
    text = flat[:stop]
    for m in mentions if not keep else ():
        if m.standing < Standing.SUPPOSED and m.start < stop:
            a = max((x.end() for x in _BREAK.finditer(text, begin, m.start)), default=begin)
            b = next((x.start() for x in _BREAK.finditer(text, m.end)), len(text))
            a = max(a, *(c.end for c in chosen if c.end <= m.start), begin)
            # The words right before a chosen name are its own: "called adaptive SignSGD".
            b = min([b, *(max(m.end, c.start - OWN_WORDS) for c in chosen if c.start >= m.end)])
            text = text[:a] + re.sub(r"[^\n]", " ", text[a:b]) + text[b:]
    for m in chosen:  # the words of a name say nothing of its step: "layerwise adaptive rate scaling"
        text = text[: m.start] + re.sub(r"\w", " ", text[m.start : m.end]) + text[m.end :]
    # Of a long text only what stands near the names counts.
    begin, text = max(begin, chosen[0].start - MAX_REGION // 3), text[: chosen[-1].end + MAX_REGION]
    return "\n".join(s for s in text[begin:].split("\n") if not s.rstrip(" \"')").endswith("?"))


_BREAK = spoken(r"[,;:](?= )|\n|—| – |\b(?:but|however|whereas|while|although|though|yet)\b")
