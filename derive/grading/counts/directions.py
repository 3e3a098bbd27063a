"""Sizes that a text gives for the two directions of a schedule: 'the messages to the server have size p, the messages from the server have size np'.

Where one size is asked, both directions must have it.
"""

from __future__ import annotations

from derive import patterns as re
from derive.grading.text.segments import pieces

_UP = r"(?:up(?:load\w*|stream|link)?|push\w*|gather\w*|to (?:the )?server|(?:each |every |the |all )?workers? (?:then )?(?:sends?|uploads?|pushes)|workers? ?(?:→|->|\\to|\\rightarrow) ?server)"
_DOWN = (r"(?:down(?:load\w*|stream|link)?|pull\w*|broadcast\w*|scatter\w*|from (?:the )?server|server (?:then )?(?:sends?|returns?|replies|broadcasts?|answers)|sent back|returned"
         r"|server ?(?:→|->|\\to|\\rightarrow) ?workers?)")
WAY = rf"(?:{_UP}|{_DOWN}|(?:reduce|scatter|all)[ -]?(?:scatter|reduce|gather)|(?:first|second)\s+(?:phase|half|stage))\b"
"""What names a part of a schedule: a direction, or a phase."""
_DIRECTION = re.compile(rf"(?<![A-Za-z])(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?![A-Za-z])", re.I)
_PLACE = re.compile(r"(?<=[.;])\s+(?=[A-Z$*|])|\n+|,\s+(?:and|while|whereas|but)\s+|(?<=\$)\s+(?:and|while|whereas|but)\s+(?=(?:the\s|those|server|messages|down|each|every))"
    r"|,\s+(?=[^,;.\n]{1,30}\s(?:for|per|in|on)\s+(?:each\s+|every\s+|the\s+|a\s+)?(?:push|pull|upload|download)\b)")
_AMOUNT = re.compile(
    r"\b(?:sizes?|numbers?|parameters?|floats?|entries|values|length|carr(?:y|ies)|holds?|contains?)\b|\||\b(?:for|per)\s+(?:each\s+|every\s+|the\s+|a\s+)?(?:push|pull|upload|download)\b", re.I)
_OTHERWISE = re.compile(r"\b(?:if|would|instead|unlike|not|without|total|together|altogether|in all|alternative|all-to-all|ring)\b|n't\b", re.I)


def sizes_of_directions(text: str) -> list[tuple[str, str]]:
    """The formulas that sentences and rows of tables give for the size of what goes up and of what goes down, in order: ('up', 'p'), ('down', 'np')."""
    out: list[tuple[str, str]] = []
    if len(text) > 6_000 or _DIRECTION.search(text) is None:
        return out
    way = ""
    for place in _PLACE.split(text):
        ways = {"up" if m["up"] else "down" for m in _DIRECTION.finditer(place)}
        way = ways.pop() if len(ways) == 1 else "" if ways else way if not place.lstrip().startswith("#") else ""
        if not way or _OTHERWISE.search(place) is not None or _AMOUNT.search(place) is None:
            continue
        formulas = [p.text for p in pieces(place) if p.formula and "=" not in p.text and len(p.text) < 40]
        if formulas:
            out.append((way, formulas[-1]))
    return out
