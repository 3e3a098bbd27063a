"""Counts told with the words of the statement: 'twice the number of workers', '2 * len(workers)', 'n workers × (n - 1) peers each', 'again p', and numbers before what holds in general."""

from __future__ import annotations

from derive import patterns as re
from derive.problem.model import Problem

MAX_TEXT = 400
_NOUNS = {"worker": "worker", "machine": "worker", "node": "worker", "gpu": "worker", "device": "worker", "parameter": "parameter", "weight": "parameter"}
_NUMBER_OF = re.compile(r"\b(?:the\s+)?(?:total\s+)?(?:number|count)\s+of\s+(?:the\s+|all\s+)?(?P<noun>[a-z]{3,12}?)s\b(?!\s+(?:is|are|of)\b)", re.I)
_CALCULATES = re.compile(r"(?:^|\b(?:twice|half|double|times|minus|plus|by|over|squared?|answer:?)|[*×·+/(,-])\s*$", re.I)  # 'twice the number of workers', not 'n is the number of workers'
_LEN = re.compile(r"\blen\(\s*(?P<noun>[a-z]{3,12}?)s\s*\)", re.I)
_DEFINED = re.compile(r",?\s*(?:where|with|as|since|because)\s+(?P<a>[A-Za-z])\s*(?:=|is|equals)\s*(?P=a)(?=\s*[.;,]?\s*$)")
_UNIT = re.compile(r"(?<=[\w)])\s+(?:workers?|peers?|recipients?|receivers?|machines?|nodes?|others?|partners?|messages?|steps?|phases?|rounds?)(?:\s+each)?(?=\s*(?:[×*·]|\\times|$|[.]$))", re.I)
_PLUS_TIMES = re.compile(r"[×]|\\times|(?<=\s)[*x](?=\s)")
_AGAIN = re.compile(r"^\s*(?:again|still|also|likewise|once more|as before|same,?|the same,?)[:,]?\s+(?=[$\\(\w]{1,12}\s*\.?\s*$)", re.I)
_WHOLE = re.compile(r"^\s*(?:it is\s+)?(?:the|a)\s+(?:whole|full|entire|complete)\s+(?:gradient|vector|model|parameter vector|gradient vector)s?"
    r"\s*(?:with|of|,|:|\(|i\.e\.,?|that is,?)+\s*(?:all\s+)?(?:of\s+)?(?:its\s+|the\s+)?"
                    r"(?P<value>\$?[A-Za-z]\$?)\s+(?:entries|numbers|parameters|values|floats|components|coordinates)\)?\s*\.?\s*$", re.I)
_GENERAL = re.compile(r"^\s*(?P<value>[^,;:\n]{1,60}?)\s+(?:for|when|if|with|at)\s+(?P<case>[^,;:\n]{1,60}?)"
    r"\s*[,;]\s*(?:and\s+|but\s+)?(?:in general|generally)\s*[:,]?\s+(?:it is\s+)?(?P<answer>[^\n]+?)\s*\.?\s*$", re.I)
_NAMELY = re.compile(r",\s*namely\s+(?=[^,;:\n]{1,80}$)", re.I)
_PER_MESSAGE = re.compile(r"^\s*(?:the\s+)?(?:message\s+)?sizes?\s*(?:per|of(?:\s+(?:each|every|a|one))?|for\s+(?:each|every))\s+message\s*(?:=|:|\bis\b)\s*(?=\S)", re.I)
_DIMENSION = re.compile(r"\\(?:dim|operatorname\{(?:dim|size|length)\})\s*\(?\s*\\?[A-Za-z]+\s*\)?\s*=\s*(?=[A-Za-z$\\])")


def counts_in_words(text: str, problem: Problem) -> str:
    """The text with such words as signs; unchanged where it tells no such thing."""
    if len(text) > MAX_TEXT:
        return text
    m = _GENERAL.match(text)
    if m is not None and re.search(r"\d", m["value"]) and "=" in m["case"]:
        return f"{m['answer']} (for {m['case']} it is {m['value']})"
    letters = {noun: s.name for s in problem.symbols.values() if s.domain == "count" for noun in ("worker", "parameter") if noun in s.says}

    def letter(k: re.Match[str]) -> str:
        name = letters.get(_NOUNS.get(k["noun"].lower(), ""))
        if name is None or not (_CALCULATES.search(k.string, 0, k.start()) or (k[0].startswith("len(") and re.match(rf"\s*(?:=|is\b|equals)\s*{name}\b", k.string[k.end() :]))):
            return k[0]
        return name

    if "umber of" in text or "ount of" in text or "len(" in text:
        text = _DEFINED.sub("", _LEN.sub(letter, _NUMBER_OF.sub(letter, text)))
    if _PLUS_TIMES.search(text) is not None and "=" not in text:
        text = _UNIT.sub("", text)
    text = _PER_MESSAGE.sub("", text)
    text = _DIMENSION.sub("", _NAMELY.sub(": ", _AGAIN.sub("", text)))
    m = _WHOLE.match(text)
    return m["value"] if m is not None else text
