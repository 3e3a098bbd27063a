"""Words round the one formula of a text that say nothing of its value, for the direct lane.

Before it: sentences about how it came about or what was asked, and a clause that announces it. Behind it: what it is called, and sentences that close
the answer. All their words are in the vocabularies here, none of which can change a formula; where another word stands the text goes the whole way.
"""

from __future__ import annotations

import re

MAX_LEAD = 320

_WORD = re.compile(r"[a-z]+")

ANNOUNCES = frozenset("""
answer answers solution result conclusion final my the is so thus hence therefore consequently then we i get obtain find conclude it this that follows gives yields
reads equals given update limit minimiser minimizer count number vector have think summary ok okay short in
""".split())
"""Words of the clause right before a formula, in whatever order."""

TELLS = ANNOUNCES | frozenset("""
for unknown and simplification algebra end good question let me us sure condition by step write down what asked solve state problem use its read as convex setup
""".split())
"""Words of the clauses before that one."""

CLOSES = frozenset("""
the proof derivation argument unique solution with special case of one dimension required smoothness
""".split())
"""Words that may end a sentence behind a formula."""

_TITLE = r"(?:final |optimal )?(?:answer|solution|result|update|limit vector|limit|minimi[sz]er|count|number)"
# Phrases of words that alone would say more, each with a word that says as much.
_PHRASE = re.compile(
    r"(?P<is>turns out to be|must be)|(?P<given>given by)|(?P<condition>first-order condition)|(?P<algebra>after (?:some )?(?:simplification|algebra))|(?P<so>putting it all together)"
    r"|(?P<solve>setting the (?:derivative|gradient) to zero(?: and solving)?|using (?:convex )?(?:duality|convexity))|(?P<write>work through)|(?P<step>step by step)|(?P<think>think about)"
    r"|(?P<read>read off)|(?P<find>to find)|(?P<it>solving for the unknown)|(?P<let>let's)|(?P<state>proceed as follows)"
    r"|(?P<its>use its structure)|(?P<asked>asks for)|(?P<okay>great question)|(?P<get>is enough)")
_HEARD = TELLS | frozenset(_WORD.findall(re.sub(r"\?P<\w+>", "", _PHRASE.pattern))) | frozenset("step part q e d tl dr a b c f g h".split())
"""All words of what announces a formula, those of phrases and marks too: a quick look."""
_BEGUN_ANEW = re.compile(r"[a-z,] (?!I\b|Answer|Result|Solution|TL;DR)[A-Z]")
_CLOSING = re.compile(
    r"(?:Remark[.:]\s+)?(?:(?:This|The (?:argument|proof|derivation)) (?:completes|agrees|is|does not use)((?: [a-z]+){1,7})|(?:I h|H)ope this helps"
    r"|Let me know if you (?:have (?:any )?questions|would like more detail))[.!]\s*")
_MARKS = re.compile(r"(?m:^)(?:\s*(?:#{1,6} |\d{1,2}[.)] |---+(?=\n))|(?:Part )?\([a-h]\)(?=[ :])|[a-h]\) )|\b(?:Step \d\b|Q\.E\.D\.|TL;DR:?)|[∴✅]|=>")
_STRESSED = re.compile(r"\*\*([A-Za-z][^*\n]*)\*\*|(?<!\*)\*([A-Za-z][A-Za-z .:]{1,60})\*(?!\*)")
_SAID = re.compile(r"[A-Za-z \n,.:;!']*")
_LETTER = re.compile(r"\bi(?=\s*(?:[,.:;!\n]|\Z|i\b))")  # at the end of a clause it is no pronoun
_MARKED_UP = re.compile(r"[*#0-9()=>.;-]")
_UNSPACED = re.compile(r"[,.:;!](?=[a-z])")
_CLAUSE = re.compile(r"[,.:;!]\s+|\s*\n\s*")
_NEXT_SENTENCE = re.compile(r"(?:(?<![A-Z])\.[ \n]+|\s*\n\s*)(?=[A-Z*-])")
# Behind a formula, in its own sentence.
_CALLED = re.compile(rf"(?:, (?:as (?:required|desired|claimed)|which was to be (?:shown|proved))| \((?:the )?final answer\)| is (?:the|my|our) {_TITLE})(?=\.?(?:\s|\Z))")
_ENDED = re.compile(r"\.?\s{0,2}(?:✓|∎|QED\b\.?|Q\.E\.D\.)(?=\s|\Z)|\.(?=\s|\Z)|(?=\s*\n)|\Z")


# Two words in a row, or a word behind a full stop or colon.
_SPOKEN = re.compile(r" (?<=[A-Za-z)\]}$`,.:;] )(?:(?<=[A-Za-z][a-z] )(?:[A-Za-z]{2}|[(0-9]|[aI] )|(?<=[A-Za-z)\]}$`][.:;] )\S|(?<=[a-z][a-z], )[A-Za-z$`\\\[(0-9−–-])")
_BEGINS_SPOKEN = re.compile(r"(?:[A-Z][a-z]+,?|(?:I|[Ww]e) (?:get|find)) [^\s=]|(?:twice|minus) [($\\`]")


def may_speak(text: str) -> bool:
    """Whether words may stand round the formula of a text: a quick look, which a plain formula passes."""
    if "\n" in text and not (text[0] in "$\\" and text.count("\n") == 2 and text[-1] in "$])}"):
        return True
    if " " in text and (" or " in text or " squared" in text or "Not " in text or _SPOKEN.search(text) is not None or _BEGINS_SPOKEN.match(text) is not None):
        return True
    return text[0] == "*" or "~~" in text or "QED" in text or "∎" in text or "✓" in text


_HIDDEN = re.compile(r"\s*<(think|thinking|reasoning)>(?:(?!<think|<reason).){0,50000}?</\1>\s*", re.S)
_MARKED = re.compile(r"\s*(?:<(answer)>|\[(ANSWER)\])\s*((?:(?!\[/|</).)+?)\s*(?:</answer>|\[/ANSWER\])\s*", re.S)


def unmarked(text: str) -> str:
    """A text without what was thought before it, and without the marks that name it the answer."""
    m = _HIDDEN.match(text)
    if m is not None:
        text = text[m.end() :]
    m = _MARKED.fullmatch(text)
    return text if m is None else m.group(3)


def announces(lead: str) -> bool:
    """Whether what stands before a formula only announces it."""
    if len(lead) > MAX_LEAD or not (lead[-1:].isspace() or not lead):
        return False
    if not _HEARD.issuperset(_WORD.findall(lead.lower())):
        return False
    if lead[1:].islower() and ANNOUNCES.issuperset(lead.lower().replace(",", "").replace(":", "").split()) and "i" not in lead.split():
        return True
    if not lead.isascii() or _MARKED_UP.search(lead) is not None:
        if "*" in lead:
            lead = _STRESSED.sub(lambda m: m.group(1) or m.group(2), lead)
        lead = _MARKS.sub(" ", lead)
    if _BEGUN_ANEW.search(lead):
        return False
    lead = lead.lower()
    if not TELLS.issuperset(_WORD.findall(lead)) or not ANNOUNCES.issuperset(_WORD.findall(_CLAUSE.split(lead)[-1])):
        lead = _PHRASE.sub(lambda m: m.lastgroup or "", lead)
    if _SAID.fullmatch(lead) is None or _UNSPACED.search(lead) is not None:
        return False
    if "\n" in lead and not all(line.rstrip()[-1:] in ",.:;!" or any(w in ANNOUNCES or w == "setup" for w in _WORD.findall(line)) for line in lead.split("\n")[:-1]):
        return False
    *before, last = _CLAUSE.split(lead)
    return _LETTER.search(lead) is None and ANNOUNCES.issuperset(_WORD.findall(last)) and TELLS.issuperset(_WORD.findall(" ".join(before)))


_NAMED = tuple(w + dot for w in ("required", "desired", "claimed", "shown", "proved", "answer)", "answer", "solution", "result", "update", "limit", "vector", "minimiser", "minimizer",
                                 "count", "number") for dot in ("", "."))
_DELIMITED = tuple(c + dot for c in ("$", "`", "\\)", "\\]") for dot in ("", "."))


def closed(text: str) -> str:
    """A text without what stands behind its formula and only closes it."""
    if text.endswith(_DELIMITED):
        return text
    end = max(text.rfind("$"), text.rfind("`"))
    if "\\" in text:
        end = max(end, text.rfind("\\]") + 1, text.rfind("\\)") + 1, text.rfind("}") if "\\end{" in text else -1)
    if end > 0:
        if _closes(text[end + 1 :]):
            return text[: end + 1]
        return text[: m.start()] if (m := _NEXT_SENTENCE.search(text, end)) is not None and closing_sentences(text[m.end() :]) else text
    if text.endswith(_NAMED):
        called = next((m for m in _CALLED.finditer(text, max(0, len(text) - 60)) if m.end() >= len(text) - 1), None)
        if called is not None:
            return text[: called.start()]
    if text[-1] in "∎✓":
        return text[:-1].rstrip(" .")
    if text.endswith(". QED"):
        return text[:-5]
    for m in _NEXT_SENTENCE.finditer(text) if "." in text or "\n" in text else ():
        if closing_sentences(text[m.end() :]) and not text[: m.start()].isdigit():  # '2.' begins a list
            return text[: m.start()]
    return text


def _closes(trail: str) -> bool:
    if not trail or trail == ".":
        return True
    if len(trail) > MAX_LEAD:
        return False
    called = _CALLED.match(trail)
    start = called.end() if called is not None else 0
    ended = _ENDED.match(trail, start)
    return ended is not None and closing_sentences(trail[ended.end() :])


def closing_sentences(said: str) -> bool:
    """Whether sentences behind an answer only close it."""
    if not said or said.isspace():
        return True
    said = _MARKS.sub("", _STRESSED.sub(lambda m: m.group(1) or m.group(2), said)).strip() + ("" if said.rstrip()[-1] in ".!" else ".")
    at = 0
    while at < len(said):
        m = _CLOSING.match(said, at)
        if m is None or not all(w in CLOSES for w in (m.group(1) or "").split()):
            return False
        at = m.end()
    return True


_LED = re.compile(r"(?:(?:by the first-order condition,|TL;DR:|Q\.E\.D\.|[A-Za-z]+[,.:!]?) (?!=)){1,24}", re.I)
_VERBS = frozenset("is get obtain find gives yields equals have be by reads therefore thus hence so then".split())


def led(text: str) -> str:
    """What stands before the formula of a line without delimiters and announces it; '' where nothing does."""
    m = _LED.match(text)
    while m is not None:
        lead = m.group()
        last = lead.rstrip()
        if announces(lead) and (last[-1] in ",.:" or last.rpartition(" ")[2].lower() in _VERBS or last.endswith(("conclude that", "follows that"))):
            return lead
        end = last.rfind(" ") + 1
        m = _LED.fullmatch(text, 0, end) if end else None
    return ""


def is_led(lines: list[str]) -> bool:
    """Whether lines only lead to a formula."""
    return announces("\n".join(lines) + "\n")
