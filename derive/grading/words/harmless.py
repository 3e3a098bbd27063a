"""Which word beside a right formula may change it.

A sentence that holds the answer is  LEAD answer TAIL, each in clauses that commas, colons, brackets and dashes part.

    LEAD    a clause that announces ('we get', 'the optimal update is', 'Answer:'), all of whose words are known; or one that says
            how the formula came about ('setting the gradient to zero', 'since g is fixed'), in which any word may stand, as it is
            about something else than the answer
    TAIL    units and adverbs ('messages in total', 'elementwise'), declarations of other symbols ('where k maximises |g_i|'),
            reasons ('because ...', any words), what the answer is recognised as ('which is gradient descent')

Elsewhere words are free before the answer. After it, a sentence may comment on it, but not go on with it: no order ('divide by 2'),
no participle or quantity that is said of it ('this is then halved').
"""

from __future__ import annotations

import re

from derive.grading.words import vocabulary as V
from derive.grading.words.sentences import Sentence, sentences
from derive.grading.words.vocabulary import known
from derive.maths.signs import GREEK_NAMES, SPOKEN
from derive.maths.symbols import Scope

Nouns = frozenset[str]

_WORDY = re.compile(r"(?<![\\A-Za-z.])[A-Za-z]{2,}(?![A-Za-z(]|\.[A-Za-z])")


_LEADING_OPERATION = re.compile(r"\s*(?:multiplied|divided|times|over|plus|squared|to the)\b", re.I)
_EQUATION = re.compile(r"[^=<>]{1,60}=(?!=)")


def wordy(text: str, scope: Scope) -> bool:
    """Whether a text holds words beside the names of its symbols."""
    return any(m.group() not in GREEK_NAMES and m.group() not in scope.symbols for m in _WORDY.finditer(text))


def changing_word(text: str, standing: list[str], scope: Scope, nouns: Nouns, titled: Nouns = frozenset(), decimal: bool = False) -> str:
    """The first word that may change the formulas that answer; empty where all words are known to leave them as they are.

    standing: the formulas that answer, as they were read; nouns: what the statement speaks of; titled: words of its title, which
    may stand in what announces an answer ('the rescaled solution'); decimal: the answer is a decimal, so
    that 'about' says that it is rounded.
    """
    if not wordy(text, scope):
        return ""
    found = sentences(text, standing, scope)
    at = [k for k, s in enumerate(found) if any(b.kind == "answer" for b in s)]
    if not at:
        return ""
    nouns = nouns | {w for t in standing for w in SPOKEN if w in t and re.search(rf"(?<![\\\\A-Za-z]){w}(?![A-Za-z])", t)} | (V.HEDGES if decimal else frozenset())  # "minus $x$" is read with its sign
    leading = next((m.group() for t in standing if (m := _LEADING_OPERATION.match(t)) is not None), "")
    if leading:
        return leading.strip()
    equation = all(_EQUATION.match(t) for t in standing)
    for k in at:
        word = _beside(found[k], nouns, titled, equation)
        if word:
            return word
    for s in found[at[-1] + 1 :]:
        word = _going_on(s, nouns)
        if word:
            return word
    return ""


# ------------------------------------------------------------------------------------------ the sentence of the answer

def _beside(sentence: Sentence, nouns: Nouns, titled: Nouns, equation: bool) -> str:
    places = [k for k, b in enumerate(sentence) if b.kind == "answer"]
    word = _lead(sentence[: places[0]], nouns | titled, equation)
    declared = False
    for a, b in zip(places, [*places[1:], len(sentence)], strict=True):
        word = word or _tail(sentence[a + 1 : b], nouns, b < len(sentence), declared)
        declared = declared or any(x.text in V.WHERE or x.text in ("with", "for") for x in sentence[a + 1 : b])
    return word


def _clauses(bits: Sentence) -> list[Sentence]:
    """What commas, colons, brackets and dashes part; without the labels of other formulas ('Adam: F')."""
    out: list[Sentence] = [[]]
    for k, b in enumerate(bits):
        if b.kind != "mark":
            out[-1].append(b)
            continue
        after = bits[k + 2 : k + 3] if bits[k + 1 : k + 2] and bits[k + 1].text == "(" else bits[k + 1 : k + 2]
        if b.text == ":" and after and after[0].kind == "formula":
            out[-1] = []
        out.append([])
    return [c for c in out if c]


Vocabularies = tuple[frozenset[str], ...]
_LEADING: Vocabularies = (V.LITTLE, V.ANNOUNCING, V.ANSWER, V.KINDS, V.FOUND, V.ADVERBS, V.UNITS, V.CERTAINTY, V.REMARKS, V.METHODS, V.CASES)
_CORRECTING: Vocabularies = (*_LEADING, V.CORRECTING)
_TAILING: Vocabularies = (*_LEADING, V.DECLARES)
_ATTACHED: Vocabularies = (
    V.LITTLE - {"again", "too", "than"}, V.ANNOUNCING, V.BESIDE, V.FOUND, V.ADVERBS - {"up", "down", "back", "forth"}, V.UNITS, V.CERTAINTY, V.REMARKS, V.METHODS, V.CASES, V.DECLARES)
_DECLARING: Vocabularies = (*_TAILING, V.MATHEMATICAL)
_ORDERED: Vocabularies = (*_DECLARING, V.ORDERED)
_CONNECTIVES = frozenset("so thus hence therefore then and consequently accordingly that finally ergo but".split())
_CONCLUDES = frozenset("so thus hence therefore then consequently accordingly finally ergo but giving yielding".split())
_ANYONE = frozenset("we it this which one you they".split())
_MINE = frozenset("answer update solution result it this that minimiser minimizer everything value these those them".split())
_ELEMENTWISE = frozenset("elementwise componentwise entrywise coordinatewise element-wise component-wise entry-wise coordinate-wise pointwise".split())


def _unknown(bits: Sentence, nouns: Nouns, vocabularies: Vocabularies, naming: bool = False) -> str:
    """The first word of a clause that none of the vocabularies holds.

    naming: the clause is apart from the formula, so that it may name or describe something in words that are not known, if they are
    safe: 'the Boltzmann distribution'.
    """
    words = [b.text for b in bits if b.kind == "word"]
    if any(pair in " ".join(words) for pair in V.SAFE_PAIRS):
        words = _without_pairs(words)
    if any(w in _ELEMENTWISE for w in words) or words[-2:] in (["element", "wise"], ["component", "wise"], ["entry", "wise"], ["coordinate", "wise"]):
        vocabularies = (*vocabularies, V.OPERATIONS)
    spoken = " ".join(words)
    for phrase in V.PHRASES if V.MATHEMATICAL in vocabularies or (naming and len(words) > 4) else (*V.PHRASES, *V.VALUE_PHRASES):
        if phrase in spoken and f" {phrase} " in f" {spoken} ":
            return phrase
    if words[-1:] in (["each"], ["apiece"]) and words[-2:-1] not in (["for"], ["in"]) and bits[-1].kind == "word":
        return words[-1]
    for k, w in enumerate(words):
        if w.startswith("normalis") and words[k + 1 : k + 2] == ["to"]:  # 'F, normalised to unit length'; not 'normalised gradient descent'
            return w
        if known(w, *vocabularies, nouns) and not (V.CHANGED.match(w) and words[k - 1 : k] and words[k - 1] in _MINE):
            continue
        near = (*words[:k], *words[k + 1 : k + 3])
        if known(w, V.SAID_OF_A_METHOD) and any(x in V.OPTIMISERS for x in near):
            continue
        if w == "per" and f"per {' '.join(words[k + 1 : k + 2])}" in nouns:
            continue
        if not naming and V.safe(w) and k + 1 < len(words) and known(words[k + 1], V.UNITS):
            continue  # 'F trainable parameters'
        described = V.only_describes(w) and k == len(words) - 1 and words[k - 1 : k] not in (["is"], ["are"], ["always"])
        manner = k > 1 and w.endswith("ly") and w not in V.HEDGES
        if naming and (V.safe(w) or manner or _before_its_noun(words, k)) and not described:
            continue
        return w
    return ""


def _before_its_noun(words: list[str], k: int) -> bool:
    """Whether a participle stands before a noun that is not what was asked: 'each ordered pair', 'predicted probabilities'."""
    w, after = words[k], words[k + 1 : k + 2]
    if not w.endswith("ed") or V.CHANGED.match(w) or V.CHANGING.match(w) or words[k - 1 : k] == [] or words[k - 1] not in _DETERMINERS:
        return False
    return after != [] and V.safe(after[0]) and after[0] not in _MINE and not known(after[0], V.LITTLE, V.ANSWER)


_DETERMINERS = frozenset("the a an each every all any our its this these some both".split())


def _without_pairs(words: list[str]) -> list[str]:
    out: list[str] = []
    k = 0
    while k < len(words):
        pair = " ".join(words[k : k + 2])
        if any(pair in known_pair for known_pair in V.SAFE_PAIRS) and " " in pair:
            k += 2
            continue
        out.append(words[k])
        k += 1
    return out


def _lead(bits: Sentence, nouns: Nouns, equation: bool) -> str:
    clauses = _clauses(bits)
    if not clauses:
        return ""
    last = clauses[-1]
    attached = bits[-1].kind != "mark"
    wrong = _preposition(last, attached)
    wrong = "" if (wrong in SPOKEN or wrong in V.HEDGES) and wrong in nouns else wrong
    if wrong:
        return wrong
    if (attached and _ZERO_AT.search(" ".join(b.text for b in last if b.kind == "word"))) or (
            equation and attached and last[-1].text in _BEGINS_ANEW and any(b.kind == "formula" for b in last)):
        return next((w for c in clauses for w in (_own_changed(c),) if w), "")
    start, verb = _announcement(last)
    if verb < 0:
        if any(b.text in _CONCLUDES for b in last):
            clauses = [last]
        if len(last) > 2 and last[0].text in _ANYONE and len(clauses) > 1:  # 'Momentum changes the speed but not the limit: we still end at F'
            if word := next((w for c in clauses[:-1] for w in (_own_changed(c),) if w), ""):
                return word
            clauses = [last]
        for k, c in enumerate(clauses):
            if not (attached and c is last) and _NO_CHANGE.search(" ".join(b.text for b in c if b.kind == "word")):
                continue  # 'so the start does not matter: F'
            if equation and not (attached and c is last):  # 'Clip negatives to zero: x = ...'
                word = _own_changed(c) or _denied(c)
            else:
                word = _unknown(c, nouns, _CORRECTING, naming=True) or (_verb_of_it(c, nouns) if attached and c is last else "")
                free = not (attached and c is last)  # 'halving $x$' is about x
                way = _opens_way(c) and (free or equation)
                word = _own_changed(c) if word and (way or (free and (_works_out(c) or (k < len(clauses) - 1 and _opens_way(clauses[0]))))) else word
            if word:
                return word
        return ""
    for c in clauses[:-1]:
        word = _own_changed(c)
        if word:
            return word
    if equation and not attached:
        return _own_changed(last)
    subject = last[start:verb]
    said = last[verb + 1 : verb + 2]
    named = equation or not attached or bool(said and said[0].text in ("the", "a", "an", "our", "with"))  # 'we recover the heavy-ball update F'
    word = _unknown(last[verb:], nouns, _CORRECTING, naming=named)
    if word:
        return word if attached or not (_works_out(last) or equation) else ""
    if not subject and len(clauses) > 1 and last[0].text not in ("giving", "yielding", "leaving"):  # 'The answer, once doubled, is'
        return next((w for c in clauses[:-1] for w in (_unknown(c, nouns, _CORRECTING, naming=True),) if w and not _opens_way(c) and not _works_out(c)), "")
    if _opens_way(subject):
        return _own_changed(subject)
    word = _unknown(subject, nouns, _CORRECTING, naming=True)
    return word if not _works_out(last) else ""


_ZERO_AT = re.compile(r"\b(?:is|are|becomes|equals) (?:zero|stationary|minimised|maximised|smallest|largest|attained) (?:exactly |precisely |only )?at$"
                      r"|\bvanish(?:es)? (?:exactly |precisely |only )?at$")
_BEGINS_ANEW = frozenset("and so hence thus therefore".split())


def _verb_of_it(clause: Sentence, nouns: Nouns) -> str:
    """The unknown word right before a formula where the answer stands before it: a verb, 'the answer exceeds F'."""
    words = [b.text for b in clause if b.kind == "word"]
    return words[-1] if any(w in _MINE for w in words[:-1]) and not known(words[-1], *_CORRECTING, nouns) else ""


def _denied(clause: Sentence) -> str:
    """A negation at the end of a clause."""
    return clause[-1].text if clause[-1].text in ("not", "never", "no", "hardly") else ""


def _works_out(clause: Sentence) -> bool:
    """Whether a clause holds a formula of its own and no word that makes another value of the answer: 'n messages up and n down: ...'.

    A word right before a formula is about that formula: 'half of alpha'.
    """
    if not any(b.kind == "formula" for b in clause) or clause[-1].text in ("times", "of", "by", "per"):
        return False
    rest = [b for b in clause if b.text not in ("of", "the")]
    return not any(V.CHANGED.match(b.text) and rest[k + 1 : k + 2] and rest[k + 1].kind == "word" for k, b in enumerate(rest[:-1])) and not V.CHANGED.match(rest[-1].text)


def _announcement(clause: Sentence) -> tuple[int, int]:
    """Where the subject of the last announcing verb of a clause begins, and where the verb stands; -1 where there is none."""
    verb = max((k for k, b in enumerate(clause) if b.kind == "word" and known(b.text, V.ANNOUNCING) and not _is_noun(clause, k)), default=-1)
    while verb > 0 and clause[verb - 1].kind == "word" and known(clause[verb - 1].text, V.CERTAINTY):
        verb -= 1
    start = max((k + 1 for k in range(verb) if clause[k].text in _CONNECTIVES), default=0)
    if start == verb and start:
        start = 0 if clause[start - 1].text in ("that", "then") else start
    return start, verb


def _is_noun(clause: Sentence, k: int) -> bool:
    """'the weighted mean' is no verb."""
    return clause[k].text == "mean" and k > 0 and clause[k - 1].text not in ("we", "i", "to", "you", "would", "must")


_WAY = re.compile(r"^(?!(?:every|some|any|no)?thing$|during$|s?t?ring$)[a-z]{2,}ing$")


def _on_the_way(clause: Sentence) -> bool:
    """The same, where it does not declare or restrict anything."""
    first = next((b.text for b in clause if b.kind == "word" and b.text not in ("and", "so", "then")), "")
    return first in V.REASONS or bool(_WAY.match(first))


def _opens_way(clause: Sentence) -> bool:
    """Whether a clause tells how the formula came about: 'setting ... to zero', 'by symmetry', 'since ...', 'if we take ...'."""
    words = [b.text for b in clause if b.kind == "word"]
    while words and words[0] in _LINKING:
        words = words[1:]
    if not words:
        return False
    first = words[0]
    return first in V.REASONS or first in V.DECLARES or first in _WAYS or bool(_WAY.match(first)) or (first in ("per", "as") and words[1:2] == ["the"])


_LINKING = frozenset("and so then thus hence therefore now first finally again here simply just but".split())
_WAYS = frozenset("after to we i under let let's recall note notice observe take solve set according".split())


def _own_changed(clause: Sentence) -> str:
    """'halving the answer gives': the participle that changes what was asked, and not something on the way."""
    words = [b.text for b in clause if b.kind == "word"]
    for k, w in enumerate(words):
        if V.CHANGING.match(w) and any(x in _MINE for x in words[k + 1 : k + (2 if w.endswith("ed") else 7)]):
            return w
    if words and words[0].endswith("ing") and not known(words[0], V.ANNOUNCING) and words[0] not in _FINDING and any(
            w in _ASKED for w in (words[2:3] if words[1:2] in (["the"], ["our"], ["your"]) else words[1:2])):
        return words[0]  # 'amplifying the answer gives'
    if words and len(words) < 4 and words[0] in _WHEN and (V.CHANGING.match(words[-1]) or V.CHANGED.match(words[-1])) and clause[-1].kind == "word":
        return words[-1]  # 'When doubled, the answer is', 'Before halving, it is'
    return ""


_ASKED = frozenset("answer update solution result minimiser minimizer step".split())
_FINDING = frozenset("""assuming putting setting solving finding computing writing simplifying checking deriving obtaining calling denoting
verifying reading evaluating getting stating giving summarising""".split())
_WHEN = frozenset("when if once after before upon until unless".split())


def _preposition(clause: Sentence, attached: bool) -> str:
    """The noun or verb whose preposition stands right before the formula, unless it says the same: 'the direction of x', 'close to x'."""
    words = [b.text for b in clause]
    while words and words[-1] in ("the", "a", "an", "vector", "point", "formula", "expression", "exactly", "just", "simply"):
        words = words[:-1]
    if not words or clause[-1].kind != "word":
        return ""
    last, before = words[-1], words[-2] if len(words) > 1 else ""
    if attached and last in ("not", "never", "hardly"):
        return last
    if last == "of" and not known(before, V.OF_NOUNS):
        return before or last
    if last == "to" and before not in V.TO_VERBS and not any(w in ("set", "setting", "equate", "equating") for w in words):
        return before or last
    return last if attached and last in V.PREPOSITIONS else ""


def _tail(bits: Sentence, nouns: Nouns, between: bool, declared: bool) -> str:
    reason = False
    apart = bool(bits) and bits[0].kind == "mark"
    for number, clause in enumerate(_clauses(bits)):
        clause = _without_denied(clause)
        words = [b.text for b in clause if b.kind == "word"]
        if not words:
            continue
        if between and words in (["to"], ["to", "the"]):
            return "to"
        if len(clause) == 1 and words[0] != "corrected" and V.CHANGED.match(words[0]):
            return words[0]  # 'F (a method, normalised)'
        first = words[1] if words[0] in ("and", "or") and len(words) > 1 else words[0]
        if first in V.ASIDE or (first == "compared" and words[1:2] in (["with"], ["to"])):
            return ""
        if first in V.CONTRASTS:
            reason = False
        if reason and first in _BEGINS_ANEW and (changed := next((w for w in words if V.CHANGED.match(w)), "")):
            return changed  # 'because ..., so half of that'
        if first == "so" and (apart or number) and _of_something_else(words):
            reason = True  # 'so the prior acts like ...'
            continue
        if (first in V.REASONS and _is_reason(clause, words)) or reason:
            reason = True
            turn = next((k for k, b in enumerate(clause) if k and b.text in V.CONTRASTS), None)
            if turn is None:
                continue
            clause = clause[turn:]
        because = next((k for k, b in enumerate(clause) if k and b.text in ("because", "since", "due", "thanks", "using", "via")), None)
        if because is not None:
            reason, clause = True, clause[:because]
        if first in V.WHERE and _EXISTS.fullmatch(" ".join(b.text for b in clause if b.kind == "word")):
            continue  # 'where the inverse exists because X has full column rank'
        vocabularies: Vocabularies = _TAILING if apart or number or between else _ATTACHED
        if between or any(b.kind == "formula" for b in clause) or declared:
            vocabularies = _ORDERED if first in V.WHERE else _DECLARING
        declared = declared or first in V.WHERE
        naming = apart or number > 0 or ((first in V.WHERE or first == "with") and any(b.kind == "formula" and "=" in b.text for b in clause))
        if (apart or number) and _VALUED.match(" ".join(words)):
            reason = True  # 'which is cheaper if ...'
            continue
        if (apart or number) and _NO_CHANGE.search(" ".join(words)):
            continue  # 'momentum does not change the limit'
        word = _unknown(clause, nouns, _CORRECTING + vocabularies if between else vocabularies, naming)
        if word and not (between and _on_the_way(clause)) and not _announces_another(clause, nouns) and first != "unique":
            return word
    return ""


def _is_reason(clause: Sentence, words: list[str]) -> bool:
    """Whether 'by' and 'as' open a reason, and no factor or role: 'by symmetry', 'as each direction counts', but not 'by two', 'as a lower bound'."""
    first = next(k for k, b in enumerate(clause) if b.text in V.REASONS)
    after = clause[first + 1 : first + 2]
    if clause[first].text == "from" and after and after[0].text in V.PREPOSITIONS:
        return False  # 'from below'
    if clause[first].text in ("by", "from") and (not after or after[0].kind != "word" or after[0].text in V.NUMBERS or after[0].text in ("a", "one")):
        return False
    return clause[first].text != "as" or any(w in _FINITE for w in words) or any(b.kind == "formula" for b in clause)


def _of_something_else(words: list[str]) -> bool:
    """Whether 'so the X does ...' is about another thing than the answer."""
    return (words[1:2] in (["the"], ["every"], ["each"], ["all"]) and words[2:3] != [] and words[2] not in _MINE and not known(words[2], V.ANSWER, V.KINDS, V.METHODS)
            and not any(V.CHANGED.match(w) or V.CHANGING.match(w) or w in _MINE or w in _MODAL for w in words))


_VALUED = re.compile(r"(?:which|that|this|it) (?:is|may be|can be) (?:\w+ly )?(?:undefined|well-defined|cheaper|faster|simpler|easier|useful|handy|convenient|preferable|efficient|nicer)\b"
                     r"|(?:\w+ ){0,4}(?:it|this|which) (?:decays|diverges|converges|oscillates|grows|vanishes|explodes|generalises)(?: \w+ly)?$")
_EXISTS = re.compile(
    r"(?:where|here|wherein) (?:the |this |that |both |all |these )?(?:(?:matrix|needed|first|second) )?(?:inverses?|pseudoinverse|quotients?|roots?|limits?|"
    r"minimum|minimiser|matrix|matrices|logarithms?|sums?|series|expectations?|norms?|division) "
    r"(?:always |really |indeed )?(?:exists?|converges?|(?:is|are) (?:always )?(?:well defined|well-defined|invertible|defined|finite|nonsingular|non-singular|unique|nonzero))")
_FINITE = frozenset("is are was has have can must follows follow each every we it there counts holds vanishes".split())
_NO_CHANGE = re.compile(
    r"\b(?:does|do|did|will|need|is|are) not (?:\w+ )?(?:change|matter|depend|affect|enter|play|influence|needed|necessary)\b"
    r"|\b(?:doesn't|don't|never) (?:change|matter|depend|affect|enter)s?\b"
    r"|\bnothing (?:changes|happens|moves)\b")



def _announces_another(clause: Sentence, nouns: Nouns) -> bool:
    """Whether a clause gives a formula of its own: 'plugging back in gives F', 'Adam would converge to F'."""
    ends = [k for k, b in enumerate(clause) if b.kind == "formula"]
    if not ends:
        return False
    if any(b.text in ("except", "save", "only") for b in clause):
        return False
    _, verb = _announcement(clause[: ends[-1]])
    return verb >= 0 and not _unknown(clause[verb : ends[-1]], nouns, _CORRECTING) and not any(V.CHANGED.match(b.text) for b in clause if b.kind == "word")


def _without_denied(clause: Sentence) -> Sentence:
    """Without 'not F': what the answer is not."""
    out: Sentence = []
    k = 0
    while k < len(clause):
        denied = clause[k].text == "not" or [b.text for b in clause[k : k + 2]] in (["rather", "than"], ["instead", "of"])
        if denied and any(b.kind != "word" for b in clause[k + 1 : k + 4]):
            k += next(j for j in range(1, 4) if clause[k + j].kind != "word") + 1
            continue
        out.append(clause[k])
        k += 1
    return out


# ------------------------------------------------------------------------------------------ sentences after it

_ANAPHORA = frozenset("it this that these those them everything all each every result answer update solution value formula expression vector entries components coordinates above".split())
_ORDERING = frozenset("now then next finally also and but so please lastly remember afterwards afterward subsequently don't forget to".split())
_TRUE = frozenset("true actual real correct proper right".split())
_MODAL = frozenset("must should needs need ought shall remains".split())
_OPERATION = r"(?:negative|opposite|inverse|half|third|quarter|square|square root|root|reciprocal|double|negation|transpose|complement|log\w*|absolute value)"
_OF_THIS = re.compile(
    rf"\b(?:{_OPERATION}|sum|norm|sign|multiple|fraction) of (?:this|that|it|these|those|what|the (?:above|result|answer|vector|expression|formula|value))\b"
    rf"|\b(?:opposite|reversed?|other|flipped) (?:sign|order)s?\b|\bminus (?:this|that|it)\b|\bits {_OPERATION}\b|\btake[sn]? (?:the |its |a )?{_OPERATION}\b"
    r"|^(?:\w+ ){0,4}factors?(?: \w+){0,2}$|^(?:times|plus|minus|squared|cubed|halved|doubled|negated|twice|half)\b"
    r"|\btimes (?:this|that|it)\b|^(?:per|for (?:each|every|one)|at (?:least|most)|roughly|approximately|about|only|each)\b(?: \w+){0,3}$")


def _said_of_it(words: list[str], k: int) -> bool:
    """Whether a verb is about the answer: 'square it', 'we scale the result'."""
    return (words[k + 1 : k + 2] != [] and words[k + 1] in _ANAPHORA) or (words[k - 1 : k] in (["we"], ["you"]) and any(x in _MINE for x in words[k:]))


_LABELLED = re.compile(r"(?:(?:the|which|standard|recovered|resulting|corresponding) )*(?:optimiser|optimizer|method|algorithm|interpretation|name) :")


def _going_on(sentence: Sentence, nouns: Nouns) -> str:
    """The word of a later sentence that goes on with the answer."""
    aside = next((k for k, b in enumerate(sentence) if k and b.text in V.ASIDE and sentence[k - 1].kind == "mark"), len(sentence))
    sentence = sentence[:aside]
    if _LABELLED.match(" ".join(b.text for b in sentence[:4])) and not any(b.text in _MINE for b in sentence):
        return ""
    everything = (*_DECLARING, V.COMMENTARY, V.CONTRASTS, V.REASONS, nouns)
    for clause in _clauses(sentence):
        words = [b.text for b in clause if b.kind == "word"]
        while words and words[0] in _ORDERING:
            words = words[1:]
        first = words[0] if words else ""
        if V.CHANGING.match(first) and not first.endswith("ing") and clause[0].kind == "word" and not known(first, nouns):
            return first
        mine = [k for k, w in enumerate(words) if V.CHANGING.match(w) and _said_of_it(words, k)]
        if mine or (V.CHANGING.match(first) and any(x in ("answer", "result", "update", "solution") for x in words)):
            return words[mine[0]] if mine else first
        if V.ORDERS.match(first) and clause[0].kind == "word":
            return first
        object_at = 2 if words[1:2] == ["the"] else 1
        if len(words) > object_at and not known(first, *everything) and words[object_at] in _ANAPHORA and not first.endswith(("ly", "ing")) and clause[0].kind == "word":
            return first
    words = [b.text for b in sentence if b.kind == "word"]
    of_this = _OF_THIS.search(" ".join(words))
    if of_this is not None:
        return of_this.group()
    about = any(w in _ANAPHORA for w in words)
    for k, w in enumerate(words):
        if not V.CHANGED.match(w) or (about and known(w, V.SAID_OF_A_METHOD) and any(x in V.OPTIMISERS for x in words[:k])):
            continue
        if about or any(x in _MODAL or x in _TRUE for x in words):
            return w
    return ""
