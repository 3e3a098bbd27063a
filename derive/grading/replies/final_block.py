"""The block in which a reply of several paragraphs gives its answer in the end: '**Answer:** F', '## Final answer' and F, the one box in the last line.

What a derivation says on its way is not what was asked; where it ends in a block that is called the answer, that block is the answer. A text that calls several
blocks so, that warns of what follows, or that gives a letter of the answer another meaning on the way has no such block.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from derive import patterns as re
from derive.grading.finding.labels import labels
from derive.grading.keys import Key
from derive.grading.text.heard import needs, stems
from derive.grading.text.segments import pieces
from derive.grading.words.meanings import redefined, redefined_in_words

MAX_TEXT = 12_000
MAX_BLOCK = 700
_MOST_BLOCKS = 3

BLOCKS = re.compile(r"\n[ \t]*\n")
_CALLED = r"(?:(?:the|my|our|so the) )?(?:final |overall |short |complete )?(?:answer|result|solution|conclusion)"
LABEL = re.compile(rf"[ >#*_]*{_CALLED}(?:(?: is| reads)?[ *_]*:[*_]*|[ *_]*\.[*_]+)[ \n]*", re.I)
HEADING = re.compile(rf"(?:#+[ \d.)]*[*_]*{_CALLED}s?|[*_]{{2}}{_CALLED}[*_]{{2}})[ :.*_]*(?:\n|\Z)", re.I)
_BOLD = re.compile(r"[>\s]*\*\*(?![^*\n]*:\s*\*\*)(?P<said>[^*\n]{1,300})\*\*[.\s]*")  # no label, no heading
_ANSWER_SECTION = re.compile(
    rf"#+[ \d.)]*[*_]*{_CALLED}s?[ :.*_]*\n(?P<said>.+?)\n#+[ \d.)]*[*_]*(?:why|reason\w*|explanation|justification|derivation|proof|details|argument|working|background)\b(?P<why>.*)", re.I | re.S)
_TURNS = re.compile(r"\b(?:however|wait|actually|correction|instead|should (?:be|have been)|hence the (?:answer|solution)|final(?:ly)?)\b", re.I)
DISPLAY = re.compile(r"\$\$.*\$\$[ .]*|\\\[.*\\\][ .]*|\\begin\{(?:equation|align)\*?\}.*\\end\{(?:equation|align)\*?\}[ .]*", re.S)
_SAID_TO_BE = re.compile(r"\b(?:is|are|be|becomes?|reads?|equals?|get|obtain|have|gives?|yields?)\W*\Z|:[*_ ]*\Z", re.I)
_WARNS = re.compile(
    r"\b(?:wrong|incorrect\w*|false|mistak\w*|joke|joking|kidding|pretend\w*|guess\w*|unsure|uncertain|not sure|don't know"
    r"|(?:not|n't) (?:believe|trust)|student|someone|somebody|(?:he|she|they|people)\s+(?:says?|wrote|think)"
    r"|claims?|suppos\w+|hypothetical\w*|adversar\w*|alternative\w*|would be (?:right|correct)|not the (?:answer|solution|result))\b", re.I)
_CONCLUDES = re.compile(
    r"[*_ ]*(?:(?:these|this|that|there) (?:is|are|makes|gives)\b"
    r"|(?:and )?(?:so|hence|thus|therefore|consequently|altogether|overall|in (?:total|all|conclusion|summary)|to conclude|(?:we|I) conclude that|it follows that)\b"
    r"|(?:putting|put|taking|adding|plugging|substituting) (?:it|this|that|these|them|everything|both|all|the (?:two|three|parts|pieces))?\s*(?:all )?(?:together|back|in|up)\b"
    r"|(?:\$\$?|\\\[)?\s*(?:\\(?:text|mathrm|textrm|textbf)\s*\{)?(?:the )?(?:grand |overall )?"
    r"(?:total|sum|minimum|maximum|(?:(?:optimal|minimal|maximal|least|smallest|largest|minimum|maximum) )?value)\}?\s*[:=]"
    r"|the (?:\w+ )?(?:total|minimi[sz]er|maximi[sz]er|limit|optimal (?:value|update)|(?:objective|minimum|maximum) value|(?:\w+ ){0,2}count)\b[^.$=]{0,40}\b(?:is|equals)\b"
    r"|after (?:\$?\w\$?|all|the|these) (?:steps|rounds|iterations|updates) (?:it|this|that) is\b"
    r"|(?:with \S{1,40},? )?(?:the (?:iteration|method|sequence|recursion)|(?:gradient descent|SGD|it)) converges (?:exactly|precisely|if and only if|iff)\b)", re.I)
_PER_UNIT = re.compile(r"(?:^|[.;!?\n])\s*[*_]*(?:per|each|for (?:one|each|a))\s+\w+[*_]*:", re.I)  # 'Per worker: F. In total G'
_OFFERED = re.compile(r"\b(?:or|and|not)\s*(?:\$\$|\$|\\\[|\\\()?\s*\Z", re.I)  # what follows is one of several
_IN_ALL = re.compile(r"[*_ ]*(?:(?:and |so |which makes ){0,2}(?:altogether|in (?:total|all)|all in all),?|and so)\s+", re.I)
_EXPLAINED = re.compile(r"(?P<said>[^:\n]*=[^:\n]*[^:\n=\s]): [A-Za-z][A-Za-z ,'-]+\.?")  # F: what that means
_SENTENCE_BEGINS = re.compile(
    r"(?<=[.!])[ \n]+(?=[A-Z*_])|, (?=(?:so|and|hence|thus|which makes) (?:altogether|in total|in all|all in all)\b)|"
    r"\n+(?!\s*(?:\$\$|\\\[)(?!\s*\\(?:text|mathrm)\s*\{\s*(?i:total|sum)\b))")
_REMARK = re.compile(
    r"\n\s*(?:\((?=[A-Z])[^()$=\d]{3,200}\)|(?:It|This)\s+(?:is|means|holds|vanishes)\s(?![^\n]*\b(?:half|twice|times|wrong|not the|should|must|instead|multiplied|divided|negated|answer)\b)"
    r"[^\n$=]{3,80}(?:\$[^$\n]{1,20}\$[^\n$=]{0,20})?)\s*\Z")
SIGN = re.compile(r"[=*/^√·−$]|\b\w\b|\d")
_ANSWERED = re.compile(r"\\boxed|\b(?:answers?|final\w*|instead|rather|wait|actually)\b|\?", re.I)

_ANSWER = needs("answer answers result solution conclusion boxed")


def final_block(text: str, key: Key) -> str:
    """What a reply gives as its answer in the end, without the label; '' where it has no such block."""
    bold = text.rstrip(" .\n>_").endswith("**")
    if "\n" not in text or len(text) > MAX_TEXT or (not bold and _ANSWER.isdisjoint(stems(text)) and "\\boxed" not in text):
        return ""
    blocks = [b.strip() for b in BLOCKS.split(text.strip()) if b.strip()]
    named = [k for k, b in enumerate(blocks) if LABEL.match(b) or HEADING.match(b)]
    if len(named) > 1 and not named[0] and HEADING.fullmatch(blocks[0]) is not None:  # '## Solution' as the title of all
        named = named[1:]
    if not named and text.count("\\boxed") == 1 and "\\boxed" in blocks[-1]:
        return _of_box(blocks, key)
    if not named and bold and len(blocks) > 1 and "\\boxed" not in text and (m := _BOLD.fullmatch(blocks[-1])) is not None:
        return m["said"] if SIGN.search(m["said"]) and _leads_to("\n\n".join(blocks[:-1]), key) else ""
    if named == [0] and (m := _ANSWER_SECTION.match(text.strip())) is not None and "\\boxed" not in m["why"]:
        return m["said"].strip() if len(m["said"]) <= MAX_BLOCK and _leads_to(m["why"], key) and _TURNS.search(m["why"]) is None else ""
    if len(named) != 1 or not named[0] > 0 or len(blocks) - named[0] > _MOST_BLOCKS:
        return ""
    before, own = "\n\n".join(blocks[: named[0]]), "\n\n".join(blocks[named[0] :])
    m = HEADING.match(own) or LABEL.match(own)
    body = own[m.end() :].strip() if m is not None else ""
    if m is not None and own[: m.end()].count("**") % 2 and body.endswith("**"):  # the whole block in bold type
        body = body[:-2].rstrip()
    return body if body and len(body) <= MAX_BLOCK and "\\boxed" not in before and _leads_to(before, key) else ""


def disowned(text: str) -> str:
    """The sentence before the block that is called the answer, where it says whose answer that is, or that it is a mistake: 'A common mistake would end as follows.'"""
    if "\n" not in text or len(text) > MAX_TEXT or _ANSWER.isdisjoint(stems(text)):
        return ""
    blocks = [b.strip() for b in BLOCKS.split(text.strip()) if b.strip()]
    for before, block in pairwise(blocks):
        if LABEL.match(block) and (m := _SENTENCES.split(before)[-1]) and _WARNS.search(m) and not _TAKES_BACK.search(m):
            return m.strip()
    return ""


def answers_given(text: str) -> list[str]:
    """The blocks of a text that are called the answer, where there are several, without their labels."""
    if "\n" not in text or len(text) > MAX_TEXT or _ANSWER.isdisjoint(stems(text)):
        return []
    blocks = [b.strip() for b in BLOCKS.split(text.strip())]
    named = [k for k, b in enumerate(blocks) if LABEL.match(b)]
    if len(named) < 2 or any(_TAKES_BACK.search(b) for b in blocks[named[0] + 1 : named[-1] + 1]):
        return []
    found = [LABEL.sub("", blocks[k], count=1).strip(" *_") for k in named]
    return [b for b in found if b and len(b) <= MAX_BLOCK]


_THE_ANSWER_IS = re.compile(r"(?:(?<=[.!?])\s+|\n\s*|\A)(?:(?:So|Hence|Thus|Therefore|Altogether|Finally|In (?:short|total|sum|conclusion))\b,?\s+)?(?:[Tt]he|[Mm]y|[Oo]ur)\s+(?:final\s+)?"
                            r"(?:answer|result)\s+(?:is|equals)\s*(?:therefore|thus|then|so|hence)?\s*:?\s*\$(?P<formula>[^$\n]{1,200})\$\s*\.?(?=\s|\Z)")


EITHER = re.compile(r"\b(?:either|both|any)\b(?:\s+(?:one|of\s+(?:them|these|the\s+two)|answer|form|version|convention))?"
    r"\s+(?:(?:can|may|could|might)\s+be\s+(?:taken|used|given|counted|regarded|accepted)"
                     r"|(?:is|are|would\s+be|will\s+be|should\s+be)\s+(?:fine|acceptable|accepted|ok|okay|right|correct|valid|possible))\b", re.I)
"""Words by which a text leaves the choice of its answer to the reader."""


def answer_told(text: str) -> str:
    """The formula of the last sentence 'So the answer is $F$.'; '' where there is none."""
    found = list(_THE_ANSWER_IS.finditer(text)) if "$" in text and len(text) <= MAX_TEXT else []
    return found[-1]["formula"] if found else ""


_SENTENCES = re.compile(r"(?<=[.!?:])\s+(?=[A-Z*_$])")
_TAKES_BACK = re.compile(r"\b(?:correct(?:ion|ed)|actually|instead|wait|but|however|so|hence|that (?:is|was) (?:wrong|a mistake)|fixed|mended)\b", re.I)


def _of_box(blocks: list[str], key: Key) -> str:
    """The last block, a display with the only box of the text, with the sentence that announces it."""
    if len(blocks) < 3 or DISPLAY.fullmatch(blocks[-1]) is None or _SAID_TO_BE.search(blocks[-2]) is None or not _leads_to("\n\n".join(blocks[:-1]), key):
        return ""
    return blocks[-1]


def last_sentence(text: str, key: Key) -> str:
    """The last sentence, where it draws the conclusion: 'In total F messages.', 'Hence F', 'Putting it together, F'; '' where it draws none, or a box stands."""
    text = text.strip()
    if len(text) > MAX_TEXT or "\\boxed" in text:
        return ""
    text = _REMARK.sub("", text).rstrip()  # '(No worker is left out.)'
    begins = [m.end() for m in _SENTENCE_BEGINS.finditer(text)]
    own = text[begins[-1] :] if begins else ""
    if len(own) > MAX_BLOCK or _CONCLUDES.match(own) is None or _OFFERED.search(text, 0, begins[-1]) is not None:
        return ""
    if SIGN.search(own) is None or _ANSWERED.search(text) or _PER_UNIT.search(text) or not _leads_to(text[: begins[-1]], key):
        return ""
    explained = _EXPLAINED.fullmatch(own)
    return _IN_ALL.sub("", own if explained is None else explained["said"])


_OTHER_QUESTION = re.compile(
    r"\b(?:we|I|let us|let's)\s+(?:now\s+)?(?:maximi[sz]e|minimi[sz]e|consider|use|take|treat|penali[sz]e)\b[^.\n$]{0,60}\binstead\b(?! of)"
    r"|\b(?:for|under|with) the other (?:penalty|norm|part|method|question|constraint)\b[^.\n]{0,60}\b(?:follow|consider|proceed|turn|now)\w*", re.I)


def other_question(text: str) -> str:
    """The words by which a text turns to another question than the one that is asked: 'We maximise instead.'"""
    m = _OTHER_QUESTION.search(text) if "instead" in text or " other " in text else None
    return m.group() if m is not None else ""


_CLAUSE_BEGINS = re.compile(r", (?=(?:so|hence|thus|therefore|and (?:so|hence|thus))\b)")


def last_clause(text: str, key: Key) -> str:
    """The last clause of a text that draws a conclusion: 'The error after $t$ steps is $r^t$, so we need $t \\ge A$ and the least such integer is $F$'; '' where there is none, or a box."""
    text = text.strip()
    begins = [m.end() for m in _CLAUSE_BEGINS.finditer(text)] if len(text) <= MAX_TEXT and "\\boxed" not in text else []
    own = text[begins[-1] :] if begins else ""
    if not own or _PER_UNIT.search(text):
        return ""
    return own if 0 < len(own) <= MAX_BLOCK and SIGN.search(own) and SIGN.search(text, 0, begins[-1]) and not _ANSWERED.search(text) and _leads_to(text[: begins[-1]], key) else ""


_TAIL_BEGINS = re.compile(r"(?<=[.!?])\s+(?=[A-Z*_$\\(])|\n\s*\n|(?<=together:)\s+|(?<=again:|yield:|gives:|iving:|btain:|ields:)\s+(?=\$)")
_MOST_TAILS = 5
_SUPPOSES = re.compile(
    r"\b(?:assum\w*|suppos\w*|if|unless|instead|otherwise|special case|only (?:if|when|for|in|where)|would|another|different|maximi[sz]e|minimi[sz]e|for the (?:other|second|next))\b", re.I)


def tails(text: str, key: Key, wrong: Callable[[str], bool]) -> Iterator[str]:
    """What stands from a sentence on that gives what is asked, the last first: '... So the score is $F$. Intuitively, the attack adds up over $n$ dimensions.'

    wrong: whether a formula alone is a wrong answer; behind one that is said to be what is asked, no tail is another.
    """
    text = text.strip()
    if len(text) > MAX_TEXT or "\\boxed" in text or key.derivation.kind == "condition" or _ANSWERED.search(text) or _PER_UNIT.search(text):
        return
    begins = [m.end() for m in _TAIL_BEGINS.finditer(text)]
    left = _MOST_TAILS
    for k, at in reversed(list(enumerate(begins))):
        end = begins[k + 1] if k + 1 < len(begins) else len(text)
        own = text[at:end]
        gives = _CONCLUDES.match(own) or text[at - 2 : at].strip() == ":" or (key.wanted.asked and any(key.wanted.equates(own[m.start() :]) for m in _NAME.finditer(own)))
        label = _LABELS.search(text, max(0, at - 80), at)
        if not gives or (label is not None and labels(label["said"])) or SIGN.search(own) is None:
            continue
        if own.startswith(">") or any(key.wanted.equates(p.text) and wrong(p.text) for p in pieces(text[:at]) if p.formula and "=" in p.text):
            continue
        if _tells_letters(text[:at], text[at:], key) or _supposes(text[:at], key) or not _leads_to(text[:at], key):
            continue
        yield text[at:]
        left -= 1
        if not left:
            return


_LETTER = re.compile(r"(?<![A-Za-z\\])\\?(?P<name>[A-Za-zα-ω](?![A-Za-z])|[a-z]{2,7})")
_TELLS = re.compile(
    r"(?:\b(?:let|choose|take|set|put|with|where|denote|define|write|pick|call)\s+\$?\s*\\?(?P<a>[A-Za-zα-ω]|[a-z]{2,7})(?![A-Za-z])"
    r"|(?<![A-Za-z\\])\\?(?P<b>[A-Za-zα-ω]|[a-z]{2,7})\s*:?=(?!=)|(?<![A-Za-z\\])\\?(?P<c>[A-Za-zα-ω])\$?\s+(?:is|has|maximi[sz]es|minimi[sz]es|denotes|be|stands|means)\b)", re.I)


def _tells_letters(before: str, tail: str, key: Key) -> bool:
    """Whether what stands before a tail says what one of its letters is: 'Choose k = argmax_i g_i.'"""
    told = {m["a"] or m["b"] or m["c"] for m in _TELLS.finditer(before)} - {key.wanted.asked, "a", "A", "I", "the"}
    return not told.isdisjoint(m["name"] for m in _LETTER.finditer(tail))


_LABELS = re.compile(r"(?:[\n.;!?]|\A)[ \t*_>•-]*(?P<said>[^\n.;:!?]{1,60}):[*_]*\s*\Z")


def _supposes(before: str, key: Key) -> bool:
    """Whether what stands before may restrict what follows, or speak of another problem."""
    return any(m.group().lower() not in (key.problem.statement + key.part.says).lower() for m in _SUPPOSES.finditer(before))


def says_what_is_asked(last: str, key: Key) -> bool:
    """Whether a last block is an equation for the unknown, counts in all what is asked, or says exactly when something converges."""
    if key.derivation.kind == "condition":
        return _EXACTLY.search(last) is not None and _RELATION.search(last) is not None
    if key.part.ask == "count":
        unit = str(key.part.what or "").partition(" ")[0].rstrip("s")
        return len(key.part.counted) < 2 and unit.isalpha() and _IN_ALL_FIRST.match(last) is not None and re.search(rf"[\w)}}\]$]\s+{unit}s?\b", last) is not None
    return bool(key.wanted.asked) and any(key.wanted.equates(last[m.start() :]) for m in _NAME.finditer(last))


_IN_ALL_FIRST = re.compile(r"\W*(?:(?:so|hence|thus|therefore)\b,?\s+)?(?:in (?:sum|total|all)|altogether|overall)\b(?!.*\b(?:each|every|per|for|if|when)\b)", re.I)
_EXACTLY = re.compile(r"\bconverges (?:exactly|precisely|if and only if|iff)\b", re.I)
_RELATION = re.compile(r"[<>≤≥]|\\[lg](?:t|eq?)(?![a-z])")
_NAME = re.compile(r"(?<![A-Za-z\\])\\?[A-Za-zα-ωΔ]")


def _leads_to(before: str, key: Key) -> bool:
    """Whether what stands before a block may end in it: it warns of nothing, and leaves the declared letters their meaning."""
    return _WARNS.search(before) is None and not redefined_in_words(before, key.wanted.scope) and not redefined(before, key.wanted.scope)
