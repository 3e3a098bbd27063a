r"""Shorthand of notes and homework forms written out: 'msgs', 'w/', 'b/c', 'Ans:', 'step of length c'; and \(...\) as $...$, as most of what looks at texts knows them."""

from __future__ import annotations

from collections.abc import Callable

from derive import patterns as re

_WORDS = {
    "msgs": "messages", "msg": "message", "tot": "total", "coord": "coordinate", "coords": "coordinates", "idx": "index", "param": "parameter", "params": "parameters",
    "vec": "vector", "vecs": "vectors",
    "grad": "gradient", "nums": "numbers", "std": "standard", "wrt": "with respect to", "opt": "optimal", "eq": "equation", "bc": "because", "soln": "solution", "obj": "objective",
    "entrys": "entries", "comps": "components",
}
_WORD = re.compile(r"(?<![\w\\.$/^{(])(?P<word>" + "|".join(sorted(_WORDS, key=len, reverse=True)) + r")(?P<dot>\.(?=\s+[a-z(]))?(?![\w(=^/}\[]|\s*=)", re.I)
_CHAT = re.compile(r",?[ \t]+(?:ofc|tbh|imo|imho|iirc|obv|lol|haha|pls|thx)\b(?!\s*[=(])[.!]?", re.I)
_ASSIGNED = re.compile(r"^[ \t]*([a-z]{2,6})[ \t]*=(?!=)", re.M)  # 'params = ...': a name of the text's own
_CODE = re.compile(r"\b(?:np|torch|jnp|scipy|math)\.|```|\bimport\b|\breturn\b|\bdef\b")
_WITH = re.compile(r"(?<=\s)w/(?=\s)")
_WITHOUT = re.compile(r"(?<=\s)w/o(?=\s)")
_BECAUSE = re.compile(r"(?<=[\s,])b/c(?=\s)")
_ANSWER = re.compile(r"(?:\A|(?<=\n))[ \t]*(?:Ans(?:wer)?\s*[:.)]|TL;?DR\s*:)\s*", re.I)
_ANSWER_BEHIND = re.compile(r"(?<!\s)\s+\(?Ans\b\.?\)?\s*\Z", re.I)
_NUMBER_BEFORE = re.compile(r"(?<![\w$.*/+-])(?<![*/+-] )(?P<number>\d+(?:\.\d+)?)\s+\$\s*=(?=[^$]{1,80}\$)")  # 24 $= 2 \\cdot 4 \\cdot 3$
_RANGE_BEHIND = re.compile(
    r"(?:\s*[,;]\s*|\s{2,}|\s+(?=for\s)|\s+(?=\())\(?(?:for\s+)?(?:all\s+|every\s+|each\s+)?[ijkl]\s*=\s*1\s*(?:,\s*2)?\s*,?\s*(?:\.{2,3}|…|⋯)\s*,?\s*[a-z]\)?(?=\s*(?:\Z|\n|[.;](?:\s|\Z)|\s\())")
_STEP_OF = re.compile(r"\b(?P<step>[Ss]teps?)\s+of\s+(?:length|size)\s+(?=\S)")


def written_out(text: str, writes: Callable[[str], bool]) -> str:
    """The text without its shorthand. writes: whether a name is one of the declared letters."""
    if "\\(" in text or "\\[" in text:
        text = _with_dollars(text)
    if "$" in text and text.count("$") % 2 == 0:
        text = _NUMBER_BEFORE.sub(lambda m: m[0] if text.count("$", 0, m.start()) % 2 else f"${m['number']} =", text)
    if "1" in text and "=" in text:
        text = _RANGE_BEHIND.sub("", text)
    if "ns" in text or "DR" in text:
        text = _ANSWER_BEHIND.sub("", _ANSWER.sub("Answer: ", text))
    if "w/" in text and not writes("w"):
        text = _WITHOUT.sub("without", _WITH.sub("with", text))
    if "b/c" in text and not (writes("b") and writes("c")):
        text = _BECAUSE.sub("because", text)
    if _CODE.search(text) is not None:
        return text
    text = _CHAT.sub("", text)
    own = set(_ASSIGNED.findall(text)) if "=" in text else ()
    text = _WORD.sub(lambda m: m[0] if writes(m["word"]) or m["word"] in own else _same_case(m["word"], _WORDS[m["word"].lower()]), text)
    return _STEP_OF.sub(lambda m: f"{m['step']} size ", text) if "step" in text or "Step" in text else text


def _same_case(word: str, full: str) -> str:
    return full.capitalize() if word[0].isupper() else full


_OPENS, _CLOSES = re.compile(r"(?<!\\)\\\(|(?<!\\)\\\["), re.compile(r"(?<!\\)\\\)|(?<!\\)\\\]")


def _with_dollars(text: str) -> str:
    r"""\(...\) as $...$ and \[...\] as $$...$$, where they stand in pairs and there are no others."""
    if len(_OPENS.findall(text)) != len(_CLOSES.findall(text)) or text.count("$") % 2:
        return text
    text = re.sub(r"(?<!\\)\\\[|(?<!\\)\\\]", "$$", text)
    return re.sub(r"(?<!\\)\\\(\s*|\s*(?<!\\)\\\)", "$", text)
