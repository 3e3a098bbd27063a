"""A ratio told by a total that is supposed: 'with all h heads it would be 2Lshe, i.e. h/g times as large' is the ratio h/g if 2Lshe is h/g times what is asked first."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

_SUPPOSED = re.compile(
    r"(?P<lead>\b(?:with|if|for|were)\b(?![^.;\n]{0,80}\b(?:not|no|without|half|twice|double)\b)[^.;,\n]{3,80}?\b(?:it|this|that|they|the\s+cache)\s+(?:would|will)\s+(?:be|hold|take|need|contain|have)\s)"
    r"\s{0,3}(?:\$(?P<total>[^$,;.=]{1,40})\$(?:\s(?:numbers|values|entries))?(?:,\s(?:that\sis|which\sis|i\.\s?e\.|or|so|namely),?\s|,\s|\s\())?"
    r"\$(?P<ratio>[^$,;.=]{1,40})\$\stimes\sas\s(?:large|many|much|big)\b\)?", re.I)
_FACTOR_FOR = re.compile(r"\s\(the\s(?:factor\s(?:of\s)?)?\$?\d\$?\s(?:is|stands|comes)\s(?:for|from)\s[A-Za-z ,]{3,50}\)", re.I)


def with_ratio_named(text: str, first: Callable[[str], str | None], holds: Callable[[str], bool]) -> str:
    """The text with 'ratio: R' for the sentence that tells it; unchanged where the supposed total is not R times the first quantity.

    first: the value of that quantity in what stands before; holds: whether an equation of declared symbols holds.
    """
    m = _SUPPOSED.search(text)
    if m is None or _SUPPOSED.search(text, m.end()) is not None:
        return text
    before = _FACTOR_FOR.sub("", text[: m.start()]).rstrip()
    value = first(before)
    if value is None or (m["total"] is not None and not holds(f"{m['total']} = ({m['ratio']})({value})")):
        return text
    return f"{before.rstrip('.;, ')}; ratio: ${m['ratio']}${text[m.end() :]}"
