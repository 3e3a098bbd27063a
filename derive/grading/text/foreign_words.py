"""The few words of German and French that stand between formulas: 'falls', 'sonst', 'si', 'sinon', 'mit', 'wobei', 'avec', 'où', as their English ones."""

from __future__ import annotations

from derive import patterns as re

_WORDS = {
    "falls": "if", "wenn": "if", "sonst": "otherwise", "ansonsten": "otherwise", "wobei": "where", "mit": "with", "und": "and", "oder": "or", "für alle": "for all", "für": "for",
    "genau dann wenn": "if and only if", "genau dann, wenn": "if and only if", "ist": "is", "also": "so",
    "sinon": "otherwise", "avec": "with", "où": "where", "pour tout": "for all", "pour": "for", "si et seulement si": "if and only if", "si": "if",
}
_SHOWS = {"de": re.compile(r"(?<![\w\\])(?:falls|wenn|sonst|ansonsten|wobei|mit|für|und|oder)(?!\w)"), "fr": re.compile(r"(?<![\w\\])(?:sinon|avec|où|pour|si)(?!\w)")}
_GERMAN = ("falls", "wenn", "sonst", "ansonsten", "wobei", "mit", "und", "oder", "für alle", "für", "genau dann wenn", "genau dann, wenn")
_FRENCH = ("sinon", "avec", "où", "pour tout", "pour", "si et seulement si", "si")
_ENGLISH = re.compile(r"\b(?:the|is|are|of|falls? (?:in|on|to|into|below|within|as|out|off|short|under|from|by|back))\b", re.I)


def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w\\])(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)")


_FOUND = {"de": _pattern(_GERMAN), "fr": _pattern(_FRENCH)}


def in_english(text: str) -> str:
    """The text with such words in English, where it has none of the commonest English ones.

    >>> in_english("u_i = -1 falls g_i > 0, sonst 1"), in_english("x si x > 0, sinon 0"), in_english("the loss falls")
    ('u_i = -1 if g_i > 0, otherwise 1', 'x if x > 0, otherwise 0', 'the loss falls')
    """
    if len(text) > 2_000 or not any(p.search(text) for p in _SHOWS.values()) or _ENGLISH.search(text) is not None:
        return text
    for language, shows in _SHOWS.items():
        if shows.search(text) is not None:
            text = _FOUND[language].sub(lambda m: _WORDS[m[0]], text)
    return text
