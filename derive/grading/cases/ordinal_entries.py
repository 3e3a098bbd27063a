"""Entries told one after the other: 'first component x, second y, third z'."""

from __future__ import annotations

from derive import patterns as re

_DENIES = re.compile(r"\b(?:not|never|no|wrong|false|incorrect|mistake\w*|unless|if|when|nearly|almost|neither|half|twice|double)\b|n't\b", re.I)
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def ordinal_entries(text: str, count: int) -> str:
    """'first component x, second y, third z' as '(x, y, z)'; empty where a text says no such thing."""
    if not 1 < count <= len(_ORDINALS) or len(text) > 400 or _ORDINALS[0] not in text.lower():
        return ""
    rest = re.sub(r"\$|\\[()]", " ", text)
    parts = re.split(r"\b(?:the\s+)?(?:" + "|".join(_ORDINALS[:count]) + r")\b", rest, flags=re.I)
    order = [m.lower() for m in re.findall(r"\b(" + "|".join(_ORDINALS[:count]) + r")\b", rest, flags=re.I)]
    if order != list(_ORDINALS[:count]) or re.search(r"[=\d]", parts[0]) or _DENIES.search(parts[0]):
        return ""
    word = r"(?:component|coordinate|entry|entries|element|weight|parameter|one)"
    values = [re.sub(rf"^\s*(?:{word}\b)?\s*(?:is|=|:|equals|being)?\s*|[\s,;.]*(?:\band)?[\s,;.]*$", "", p, flags=re.I) for p in parts[1:]]
    return f"({', '.join(values)})" if all(v and "," not in v and not re.search(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}", v) for v in values) else ""
