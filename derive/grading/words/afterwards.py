"""Whether a sentence behind an answer goes on with it: 'This is then halved', 'Now flip the sign'."""

from __future__ import annotations

from derive import patterns as re
from derive.grading.words import vocabulary as V
from derive.grading.words.clauses import DECLARING, MINE, MODAL, Nouns, clauses_of, together
from derive.grading.words.sentences import Sentence
from derive.grading.words.taken_back import taken_back
from derive.grading.words.vocabulary import changed, changing, known

_ANAPHORA = frozenset("it this that these those them everything all each every result answer update solution value formula expression vector entries components coordinates above".split())
_SOUGHT = frozenset("step minimiser maximiser number total count point direction projection estimate weights limit distribution matrix".split())
_NEXT = frozenset("then now afterwards afterward finally subsequently later next again".split())
_ORDERING = frozenset("now then next finally also and but so please lastly remember afterwards afterward subsequently don't forget to".split())
DENIES = re.compile(
    r"(?:note |notice |observe |remember |and |but |so |that |here )*(?:we|you|one|it|this|there is) (?:do|does|did|need|must|should|is|has) (?:not|no)\b"
    r"(?! (?:forget|complete|finished|final|the (?:answer|result)))|(?:and |so |here )*nothing (?:has to|needs to|must|should|is(?: to)?|was)\b")
_SMALL = frozenset("two three four five ten alpha half one".split())
_OF_THE_MAP = re.compile(r"(?:the|this) (?:map|mapping|operator|proximal map|prox|proximal operator|projection|estimator) (?:shrinks|scales|contracts|moves|pulls|sets|keeps|leaves|clips|cuts)\b")
_TRUE = frozenset("true actual real correct proper right".split())
_OPERATION = r"(?:negative|opposite|inverse|half|third|quarter|square|square root|root|reciprocal|double|negation|transpose|complement|log\w*|absolute value)"
OF_THIS = re.compile(
    rf"\b(?:{_OPERATION}|sum|norm|sign|multiple|fraction) of (?:this|that|it|these|those|what|the (?:above|result|answer|vector|expression|formula|value))\b"
    rf"|\b(?:opposite|reversed?|other|flipped) (?:sign|order)s?\b|\bminus (?:this|that|it)\b|\bits {_OPERATION}\b|\btake[sn]? (?:the |its |a )?{_OPERATION}\b"
    r"|^(?!.*\b(?:gave|comes|came|explains|produced)\b)(?:\w+ ){0,4}factors?(?: \w+){0,2}$|^(?:times|plus|minus|squared|cubed|halved|doubled|negated|twice|half)\b"
    r"|\btimes (?:this|that|it)\b|\b(?:this|that|it|the same) (?:once|twice) (?:more|again)\b|^(?:per|for (?:each|every|one)|at (?:least|most)|roughly|approximately|about|only|each)\b(?: \w+){0,3}$")
# Words one of which each of these phrases holds, and what opens those that only open a sentence.
_OF_THIS_NEEDS = frozenset("once twice of opposite reverse reversed other flipped minus its take takes taken factor factors times".split())
_OF_THIS_OPENS = frozenset("plus squared cubed halved doubled negated twice half per for at roughly approximately about only each".split())


def _said_of_it(words: list[str], k: int) -> bool:
    """Whether a verb is about the answer: 'square it', 'we scale the result'."""
    return (words[k + 1 : k + 2] != [] and words[k + 1] in _ANAPHORA) or (words[k - 1 : k] in (["we"], ["you"]) and any(x in MINE for x in words[k:]))


_COMMENTS = together(DECLARING, V.COMMENTARY, V.CONTRASTS, V.REASONS)
_LABELLED = re.compile(r"(?:(?:the|which|standard|recovered|resulting|corresponding) )*(?:optimiser|optimizer|method|algorithm|interpretation|name) :")


_INSTANCE = re.compile(r"[^=]+=\s*[-−+\d.,;/\s()\[\]]+(?:\\?\})?")


def is_instance(clause: Sentence) -> bool:
    """Whether an order only gives numbers to letters: 'Take g = (3, -1), alpha = 2'."""
    return clause[0].text in ("take", "try", "consider") and len(clause) > 1 and clause[1].kind == "formula" and _INSTANCE.fullmatch(clause[1].text.strip("$ ")) is not None


_DEPENDS = re.compile(r"\b(?:depends?|grows?|scales?|varies|rests)\b(?: \w+){0,9} (?:on|with|in)(?: the)? \Z")
"""What a quantity depends on is said of that quantity, and not of the answer: 'depends on its root'."""
_NEEDED = re.compile(r"\b(?:has|have|had|needs?|ought) to\b|\b(?:is|are) (?:still |yet |then )?to be\b|\b(?:must|should|shall)\b")
_TAKEN_OUT = re.compile(r"\b(?:left|taken|thrown|put|pulled|moved) (?:out|away|back|in|aside|outside|inside)\b")
ADJECTIVES = frozenset("small large big tiny huge positive negative nonzero non-zero nonnegative larger smaller active inactive outer inner high low".split())


def _describes(words: list[str], object_at: int) -> bool:
    """Whether a sentence begins with an adjective of its subject, and no order: 'Small entries vanish'."""
    return object_at == 1 and words[0] in ADJECTIVES and len(words) > 2


def _names(words: list[str]) -> bool:
    """Whether a sentence begins with the noun of a change, of which it says something: 'Shrinkage is strongest where ...'."""
    return words[0].endswith(("age", "ation", "ition", "ence", "ment")) and len(words) > 4 and any(w in ("is", "are", "has", "does", "acts") for w in words[1:4])


def _of_some(words: list[str]) -> bool:
    """Whether a share or a comparison is the subject of a sentence, and no operation: 'Half of them go up', 'Twice as many steps as ...'."""
    share = words[:3] in (["half", "of", "them"], ["half", "of", "these"]) or (words[:1] in (["twice"], ["half"]) and words[1:2] == ["as"])
    return len(words) > 4 and share and not any(w in MINE for w in words[3:] if w != "them")


def _of_others(words: list[str], k: int, nouns: Nouns) -> bool:
    """Whether 'each' and 'every' stand before a thing that is no part of the answer: 'each feature contributes one third'."""
    after = words[k + 1] if k + 1 < len(words) else ""
    return words[k] in ("each", "every", "all") and len(after) > 3 and V.safe(after) and after not in _ANAPHORA and after not in MODAL and not known(
        after, V.LITTLE, V.ANSWER, V.UNITS, V.ANNOUNCING, V.ADVERBS)


_FORBIDS = re.compile(r"(?:(?:so|but|and|also|please|now) )*(?:don't|do not|never|no need to|one must not|you must not)(?: (?:ever|simply|just))? "
    r"(?!forget|omit|miss|leave|skip|stop|hesitate)\w+(?: (?:it|this|that|anything|the \w+))?(?: again)?$")
_OWN_FRAME = re.compile(r"\b(?:it|this|that|these|they|answer|vector|solution|result|above) (?:is|are|lives?|holds?|stands?)(?: \w+)? (?:in|for) the$")
_PLACES = frozenset("coordinates ones problem variables features feature space entry coordinate weight parameter inputs data".split())


def _names_a_place(words: list[str], k: int) -> bool:
    """Whether a participle or an ordinal says which coordinates or entry are spoken of, and not what becomes of the answer: 'in the rescaled coordinates',
    'the third feature', 'nothing is counted twice'."""
    if words[k] == "twice" and words[k - 1 : k] == ["counted"] and not {"nothing", "nobody", "none", "not", "never"}.isdisjoint(words[:k]):
        return True
    if words[k - 1 : k] != ["the"] or words[k + 1 : k + 2] == [] or words[k + 1] not in _PLACES:
        return False
    return words[k] == "third" or _OWN_FRAME.search(" ".join(words[:k])) is None


def going_on(sentence: Sentence, nouns: Nouns) -> str:
    """The word of a later sentence that goes on with the answer."""
    aside = next((k for k, b in enumerate(sentence) if k and b.text in V.ASIDE and sentence[k - 1].kind == "mark"), len(sentence))
    sentence = sentence[:aside]
    if _LABELLED.match(" ".join(b.text for b in sentence[:4])) and not any(b.text in MINE for b in sentence):
        return ""
    if _OF_THE_MAP.match(" ".join(b.text for b in sentence[:4] if b.kind == "word")) and not any(b.text in MODAL or b.text in MINE for b in sentence):
        return ""
    set_apart, clauses = 0, clauses_of(sentence)
    for clause in clauses:
        words = [b.text for b in clause if b.kind == "word"]
        if _FORBIDS.match(" ".join(words)):
            continue  # 'please don't halve it'
        if DENIES.match(" ".join(words)):
            set_apart += 1
            continue  # 'note that we do not divide by two'
        if len(words) == 2 and words[0] in ("times", "plus", "minus") and words[1] in _SMALL:
            return words[0]  # 'this is gradient descent (times two)'
        while words and words[0] in _ORDERING:
            words = words[1:]
        first = words[0] if words else ""
        if changing(first) and not first.endswith("ing") and clause[0].kind == "word" and not known(first, nouns) and not _names(words):
            return first
        mine = [k for k, w in enumerate(words) if changing(w) and _said_of_it(words, k) and not _names_a_place(words, k)]
        if mine or (changing(first) and any(x in ("answer", "result", "update", "solution") for x in words)):
            return words[mine[0]] if mine else first
        if V.ORDERS.match(first) and clause[0].kind == "word" and not is_instance(clause):
            return first
        object_at = 2 if words[1:2] == ["the"] else 1
        if len(words) > object_at and words[object_at] in _ANAPHORA and clause[0].kind == "word" and not first.endswith(("ly", "ing")) and not known(first, _COMMENTS, nouns) and (
                not _describes(words, object_at)):
            return first
        if first in ("do", "repeat") and "same" in words[1:3]:
            return "do the same"
    words = [b.text for b in sentence if b.kind == "word"]
    spoken = " ".join(words)
    if clauses and set_apart == len(clauses):
        return taken_back(words, nouns)
    of_this = OF_THIS.search(spoken) if "-" in spoken or not _OF_THIS_NEEDS.isdisjoint(words) or (words and words[0] in _OF_THIS_OPENS) else None
    if of_this is not None and not _DEPENDS.search(spoken[: of_this.start()]) and not _of_some(words):
        return of_this.group()
    denied = taken_back(words, nouns)
    if denied:
        return denied
    if words[:2] in (["only", "if"], ["only", "when"]) and not any(b.kind == "answer" for b in sentence):
        return "only if"
    about = any(w in _ANAPHORA and not _of_others(words, k, nouns) for k, w in enumerate(words))
    if _NEEDED.search(spoken) and (said := next((w for k, w in enumerate(words) if (changed(w) or changing(w)) and not _names_a_place(words, k)), "") or (
            m[0] if (m := _TAKEN_OUT.search(spoken)) is not None else "")):
        return said
    for k, w in enumerate(words):
        if not changed(w) or (about and known(w, V.SAID_OF_A_METHOD) and any(x in V.OPTIMISERS for x in words[:k])):
            continue
        if _names_a_place(words, k):
            continue
        if about or any(x in MODAL or x in _TRUE for x in words):
            return w
        if not _SOUGHT.isdisjoint(words[:k]) and not _NEXT.isdisjoint((*words[:1], *words[k - 1 : k], *words[k + 1 : k + 2])):
            return w  # 'the step is then halved'
    return ""
