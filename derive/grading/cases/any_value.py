"""Cases in which an answer may be any number of an interval: 'anything in [-r, r] where g_i = 0'."""

from __future__ import annotations

from derive import patterns as re

MOST_TEXT = 3_000
_END = r"(?:[^\[\],$\n]|\[[^\[\]\n]{0,20}\]){1,40}"
_ANY = re.compile(
    r"(?:\\(?:text|mathrm|mbox)\s*\{\s*)?\b(?:any(?:thing|\s+(?:value|number|point|real(?:\s+number)?|choice|entry))?|arbitrary|every)\s+"
    r"(?:(?:in|from|within)(?:\s+the\s+interval)?|(?:\$\s*)?\\?[A-Za-z]+(?:_\{?[ijk]\}?)?\s*(?:\\in(?![A-Za-z])|∈))\s*(?:(?<=\S)\s*\}(?=\s*[\\\[$]))?\s*\$?\s*(?:\\left\s*)?"
    rf"\[(?P<low>{_END}),(?P<high>{_END}?)\s*(?:\\right\s*)?\]\s*\$?(?:\s*\}})?", re.I)


def values_chosen(text: str) -> tuple[str, ...]:
    """The text with the least, the largest and the middle number of the interval in the place of 'any number in [a, b]'; empty where it says no such thing.

    Where all three are right, every number between is: the points at which a convex objective is least make up a convex set.
    """
    if len(text) > MOST_TEXT or "[" not in text or _ANY.search(text) is None:
        return ()
    out = tuple(_ANY.sub(choice, text) for choice in (r" \g<low> ", r" \g<high> ", r" ((\g<low>) + (\g<high>))/2 "))
    return out if all(_ANY.search(t) is None for t in out) else ()
