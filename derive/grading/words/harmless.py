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

from derive import patterns as re
from derive.grading.words import vocabulary as V
from derive.grading.words.afterwards import DENIES, going_on
from derive.grading.words.clause_roles import announcement, denied, on_the_way, opens_way, own_changed, verb_of_it, works_out
from derive.grading.words.clauses import ATTACHED, CORRECTING, DECLARING, MINE, MODAL, ORDERED, TAILING, Nouns, clauses_of, together, without_denied
from derive.grading.words.sentences import Sentence, sentences, wordy
from derive.grading.words.taken_back import taken_back
from derive.grading.words.vocabulary import changed, changing, known
from derive.maths.signs import SPOKEN
from derive.maths.symbols import Scope

_LEADING_OPERATION = re.compile(r"\s*(?:multiplied|divided|times|over|plus|squared|to the)\b", re.I)
_EQUATION = re.compile(r"[^=<>]{1,60}=(?!=)")


def changing_word(text: str, standing: list[str], scope: Scope, nouns: Nouns, titled: Nouns, decimal: bool = False) -> str:
    """The first word that may change the formulas that answer; empty where all words are known to leave them as they are.

    standing: the formulas that answer, as they were read; nouns: what the statement speaks of; titled: that and the words of
    its title, which may stand in what announces an answer ('the rescaled solution'); decimal: the answer is a decimal, so
    that 'about' says that it is rounded.
    """
    if not wordy(text, scope):
        return ""
    found = sentences(text, standing, scope)
    at = [k for k, s in enumerate(found) if any(b.kind == "answer" for b in s)]
    if not at:
        return ""
    spoken = {w for t in standing for w in SPOKEN if w in t and re.search(rf"(?<![\\\\A-Za-z]){w}(?![A-Za-z])", t)}  # "minus $x$" is read with its sign
    if spoken or decimal:
        nouns, titled = ((v | spoken | V.HEDGES) if decimal else v | spoken for v in (nouns, titled))
    leading = next((m.group() for t in standing if (m := _LEADING_OPERATION.match(t)) is not None), "")
    if leading:
        return leading.strip()
    equation = all(_EQUATION.match(t) for t in standing)
    for k in at:
        word = _beside(found[k], nouns, titled, equation)
        if word:
            return word
    for s in found[at[-1] + 1 :]:
        word = going_on(s, nouns)
        if word:
            return word
    return ""


# ------------------------------------------------------------------------------------------ the sentence of the answer

def _beside(sentence: Sentence, nouns: Nouns, titled: Nouns, equation: bool) -> str:
    places = [k for k, b in enumerate(sentence) if b.kind == "answer" and not _sought_over(sentence, k)]
    if not places:
        return ""
    word = _lead(sentence[: places[0]], titled, equation)
    declared = False
    for a, b in zip(places, [*places[1:], len(sentence)], strict=True):
        behind = sentence[a + 1 : b]
        apart = _own_sentence(behind) if b == len(sentence) else b
        word = word or _tail(behind[:apart], nouns, b < len(sentence), declared) or (going_on(behind[apart + 1 :], nouns) if apart < len(behind) else "")
        declared = declared or any(x.text in V.WHERE or x.text in ("with", "for") for x in sentence[a + 1 : b])
    return word


_VERBS = frozenset("is are was were has have does comes come goes gives makes costs cost plays becomes become stays stay would can holds hold follows cancels drops drop vanishes leaves needs".split())
_JOINS = together(V.WHERE, V.CONTRASTS, V.ASIDE, V.REASONS, MINE, frozenset("with for if when at and or plus minus times per each in on over of by from to as then otherwise else now"
    " all every no which".split()))


def _own_sentence(bits: Sentence) -> int:
    """Where a clause behind a semicolon or a dash is a sentence of its own, about something else: 'F; the 2 comes from the square', 'F; there is no factor 2'; their number where none is."""
    for k, b in enumerate(bits):
        if b.kind != "mark" or b.text not in (";", "—", "–", "--", "(", ":"):
            continue
        words = [x.text for x in bits[k + 1 :] if x.kind == "word"]
        first = next((x for x in bits[k + 1 :] if x.kind != "mark"), None)
        if first is not None and DENIES.match(" ".join(words)) and b.text != "(":
            return k
        if first is None or first.kind != "word" or first.text in _JOINS or (b.text == "(" and first.text not in _DETERMINERS):
            continue
        if b.text == ":" and (first.text not in _DETERMINERS or words[1:2] in (["more"], ["fewer"], ["less"], ["larger"], ["smaller"], ["bigger"])):
            continue
        said = words[: next((j for j, w in enumerate(words) if w in ("because", "since", "from")), len(words))]
        verb = not _VERBS.isdisjoint(said[1:8]) or (first.text in _DETERMINERS and any(w.endswith("s") and len(w) > 3 and not changing(w) for w in said[2:4]))
        if verb and not any((changed(w) or changing(w)) and said[j + 1 : j + 2] != ["out"] for j, w in enumerate(said)):
            return k
    return len(bits)


def _sought_over(sentence: Sentence, k: int) -> bool:
    """Whether what is written there is only what the problem is solved over: 'we minimise f over x'."""
    return k > 1 and sentence[k - 1].text == "over" and any(b.kind == "word" and b.text.startswith(("minimi", "maximi", "optimi")) for b in sentence[:k])


_CONCLUDES = frozenset("so thus hence therefore then consequently accordingly finally ergo but giving yielding".split())
_ANYONE = frozenset("we it this which one you they".split())
_ELEMENTWISE = frozenset("elementwise componentwise entrywise coordinatewise element-wise component-wise entry-wise coordinate-wise pointwise".split())


def _unknown(bits: Sentence, nouns: Nouns, vocabulary: frozenset[str], naming: bool = False, declares: bool = False) -> str:
    """The first word of a clause that the vocabulary does not hold.

    naming: the clause is apart from the formula, so that it may name or describe something in words that are not known, if they are
    safe: 'the Boltzmann distribution'. declares: it may declare another symbol.
    """
    words = [b.text for b in bits if b.kind == "word"]
    spoken = " ".join(words)
    if V.holds_pair(spoken):
        words = _without_pairs(words)
        spoken = " ".join(words)
    if not _ELEMENTWISE.isdisjoint(words) or (words[-1:] == ["wise"] and words[-2:-1] in (["element"], ["component"], ["entry"], ["coordinate"])):
        vocabulary = together(vocabulary, V.OPERATIONS)
    if not _PHRASES_OPEN.isdisjoint(words):
        for phrase in V.PHRASES if declares or (naming and len(words) > 4) else (*V.PHRASES, *V.VALUE_PHRASES):
            if phrase in spoken and f" {phrase} " in f" {spoken} ".replace(" if and only if ", " iff "):
                return phrase
    if words[-1:] in (["each"], ["apiece"]) and words[-2:-1] not in (["for"], ["in"]) and bits[-1].kind == "word":
        return words[-1]
    for k, w in enumerate(words):
        if w.startswith("normalis") and words[k + 1 : k + 2] == ["to"]:  # 'F, normalised to unit length'; not 'normalised gradient descent'
            return w
        if known(w, vocabulary, nouns) and not (k and words[k - 1] in MINE and changed(w)):
            continue
        near = (*words[:k], *words[k + 1 : k + 3])
        if known(w, V.SAID_OF_A_METHOD) and any(x in V.OPTIMISERS for x in near) and words[k - 1 : k] not in (["then"], ["finally"], ["gets"], ["be"]):
            continue
        if w == "like" and words[k - 1 : k] in (["you"], ["we"]):
            continue  # 'any way you like'
        if words[k - 2 : k] == ["number", "of"] and (declares or naming) and V.safe(w):
            continue  # 'where N = F is the number of trials'
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


_PHRASES_OPEN = frozenset(p.split()[0] for p in (*V.PHRASES, *V.VALUE_PHRASES))


def _before_its_noun(words: list[str], k: int) -> bool:
    """Whether a participle stands before a noun that is not what was asked: 'each ordered pair', 'predicted probabilities'."""
    w, after = words[k], words[k + 1 : k + 2]
    if not w.endswith("ed") or changed(w) or changing(w) or words[k - 1 : k] == [] or words[k - 1] not in _DETERMINERS:
        return False
    return after != [] and V.safe(after[0]) and after[0] not in MINE and not known(after[0], V.LITTLE, V.ANSWER)


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
    clauses = clauses_of(bits)
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
        return next((w for c in clauses for w in (own_changed(c),) if w), "")
    start, verb = announcement(last)
    if verb < 0:
        if any(b.text in _CONCLUDES for b in last):
            clauses = [last]
        if len(last) > 2 and last[0].text in _ANYONE and len(clauses) > 1:  # 'Momentum changes the speed but not the limit: we still end at F'
            if word := next((w for c in clauses[:-1] for w in (own_changed(c),) if w), ""):
                return word
            clauses = [last]
        for k, c in enumerate(clauses):
            if not (attached and c is last) and _NO_CHANGE.search(" ".join(b.text for b in c if b.kind == "word")):
                continue  # 'so the start does not matter: F'
            if equation and not (attached and c is last):  # 'Clip negatives to zero: x = ...'
                word = own_changed(c) or denied(c)
            else:
                word = _unknown(c, nouns, CORRECTING, naming=True) or (verb_of_it(c, nouns) if attached and c is last else "")
                free = not (attached and c is last)  # 'halving $x$' is about x
                way = opens_way(c) and (free or equation)
                word = own_changed(c) if word and (way or (free and (works_out(c) or (k < len(clauses) - 1 and opens_way(clauses[0]))))) else word
            if word:
                return word
        return ""
    for c in clauses[:-1]:
        word = own_changed(c)
        if word:
            return word
    if equation and not attached:
        return own_changed(last)
    subject = last[start:verb]
    said = last[verb + 1 : verb + 2]
    named = equation or not attached or bool(said and said[0].text in ("the", "a", "an", "our", "with"))  # 'we recover the heavy-ball update F'
    word = _unknown(last[verb:], nouns, CORRECTING, naming=named)
    if word:
        return word if attached or not (works_out(last) or equation) else ""
    if not subject and len(clauses) > 1 and last[0].text not in ("giving", "yielding", "leaving"):  # 'The answer, once doubled, is'
        return next((w for c in clauses[:-1] for w in (_unknown(c, nouns, CORRECTING, naming=True),) if w and not opens_way(c) and not works_out(c)), "")
    if opens_way(subject):
        return own_changed(subject)
    if [b.text for b in subject] == ["each"] and last[verb].text in V.SENDING:  # of how many is looked at by words.counted
        return ""
    word = _unknown(subject, nouns, CORRECTING, naming=True)
    return word if not works_out(last) else ""


_ZERO_AT = re.compile(r"\b(?:is|are|becomes|equals) (?:zero|stationary|minimised|maximised|smallest|largest|attained) (?:exactly |precisely |only )?at$"
                      r"|\b(?:vanish(?:es)?|(?:is|are) zero) (?:exactly |precisely |only |just )?(?:at|for|when|where|if)$")
_BEGINS_ANEW = frozenset("and so hence thus therefore".split())


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
    clauses = clauses_of(bits)
    for number, clause in enumerate(clauses):
        clause = without_denied(clause)
        words = [b.text for b in clause if b.kind == "word"]
        if not words:
            continue
        if between and words in (["to"], ["to", "the"]):
            return "to"
        if not reason and (apart or number) and (denied := taken_back(words, nouns)):
            return denied  # 'F - I take that back'
        if len(clause) == 1 and words[0] != "corrected" and changed(words[0]):
            return words[0]  # 'F (a method, normalised)'
        first = words[1] if words[0] in ("and", "or") and len(words) > 1 else words[0]
        if first in V.ASIDE or (first == "compared" and words[1:2] in (["with"], ["to"])):
            return ""
        if first in V.CONTRASTS and not (reason and _WHERE_IT_STARTS.fullmatch(" ".join(words))):
            reason = False
        if first == "except" and number and _EXCEPT.fullmatch(" ".join(words)) and _SAME_AS.search(" ".join(b.text for b in clauses[number - 1] if b.kind == "word")):
            continue  # 'the same as in the 2-norm case, except that the dual norm is now the 1-norm'
        if reason and first in _BEGINS_ANEW and (other := next((w for w in words if changed(w)), "")):
            return other  # 'because ..., so half of that'
        spoken = " ".join(words)
        if (ordered := _ORDERED_OF_IT.match(spoken) or _MUST_BE.search(spoken)) is not None and (apart or number):
            return ordered.group()
        if (split := _IT_IS_SPLIT.match(spoken)) is not None and (apart or number):
            return split["what"]
        if (then := _THEN_CHANGED.search(spoken)) is not None and changed(then["what"]):
            return then["what"]
        if first == "so" and (apart or number) and _of_something_else(words):
            reason = True  # 'so the prior acts like ...'
            continue
        if (first in V.REASONS and _is_reason(clause, words)) or reason:
            reason = True
            turn = next((k for k, b in enumerate(clause) if k and b.text in V.CONTRASTS and not (b.text in _DENIALS and MINE.isdisjoint(words))), None)
            if turn is None:
                continue
            clause = clause[turn:]
        because = next((k for k, b in enumerate(clause) if k and b.text in ("because", "since", "due", "thanks", "using", "via")), None)
        if because is not None:
            reason, clause = True, clause[:because]
            words = [b.text for b in clause if b.kind == "word"]
        if (first in V.WHERE or first == "with") and (m := _OF_ANOTHER.match(" ".join(b.text for b in clause if b.kind == "word"))) is not None:
            return m["what"] or m["with"]  # 'where the inverse is of 2 X^T X', 'with the sign of y'
        if first in V.WHERE and _EXISTS.fullmatch(" ".join(b.text for b in clause if b.kind == "word")):
            continue  # 'where the inverse exists because X has full column rank'
        vocabulary = TAILING if apart or number or between else ATTACHED
        declares = between or declared or any(b.kind == "formula" for b in clause)
        if declares:
            vocabulary = ORDERED if first in V.WHERE else DECLARING
        declared = declared or first in V.WHERE
        naming = apart or number > 0 or ((first in V.WHERE or first == "with") and any(b.kind == "formula" and "=" in b.text for b in clause))
        if (apart or number) and _VALUED.match(" ".join(words)):
            reason = True  # 'which is cheaper if ...'
            continue
        if (apart or number) and (_FORBIDDEN.search(spoken) or _DENIED_THING.match(spoken)):
            reason = True  # 'not over the length itself', 'do not halve it', 'it must not be dropped'
            continue
        if (apart or number) and (_NO_CHANGE.search(" ".join(words)) or _NOT_THE_LIMIT.fullmatch(spoken) or (
                _THE_SPEED.search(spoken) and number + 1 < len(clauses) and _NOT_THE_LIMIT.fullmatch(" ".join(b.text for b in clauses[number + 1] if b.kind == "word")))):
            continue  # 'momentum does not change the limit'
        word = _unknown(clause, nouns, together(CORRECTING, vocabulary) if between else vocabulary, naming, declares)
        if word and not (between and on_the_way(clause)) and not _announces_another(clause, nouns) and first != "unique":
            return word
    return ""


_DENIALS = frozenset("not never no without".split())
"""In a reason about something else they deny nothing of the answer: 'since $\\theta_t$ never leaves the line'."""


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
    return (words[1:2] in (["the"], ["every"], ["each"], ["all"]) and words[2:3] != [] and words[2] not in MINE and not known(words[2], V.ANSWER, V.KINDS, V.METHODS)
            and not any(changed(w) or changing(w) or w in MINE or w in MODAL for w in words))


_VALUED = re.compile(r"(?:which|that|this|it) (?:is|may be|can be) (?:\w+ly )?(?:undefined|well-defined|cheaper|faster|simpler|easier|useful|handy|convenient|preferable|efficient|nicer)\b"
                     r"|(?:\w+ ){0,4}(?:it|this|which) (?:decays|diverges|converges|oscillates|grows|vanishes|explodes|generalises)(?: \w+ly)?$")
_OF_ANOTHER = re.compile(r"(?:(?:where|here|wherein) (?:the )?(?P<what>inverse|transpose|root|square|product|exponential|logarithm|norm|sign|maximum|minimum|sum) (?:is|are) (?:that )?of\b"
                         r"|with (?:the )?(?P<with>inverse|transpose|root|square|product|exponential|logarithm|norm|sign|maximum|minimum|sum) of(?: \w+)?$)")
_ORDERED_OF_IT = re.compile(r"(?:so |and |now |then |please ){0,2}(?:take|use|halve|double|negate|flip|divide|multiply|scale|drop) (?:it|that|this|these|those)\b(?! into account)")
_IT_IS_SPLIT = re.compile(r"(?:and |so |but )?(?:then )?(?:it|this|that|they|these) (?:is|are|gets?) (?:then |still |finally |also )?(?P<what>split|divided|cut|shared|spread)\b")
_THEN_CHANGED = re.compile(r"\b(?:is|are|gets?|be) (?:then|finally|afterwards|still|subsequently|lastly) (?P<what>\w+)\b")
_MUST_BE = re.compile(r"\b(?:it|this|that|they|(?:the )(?:answer|result|number|total|value|sign)) "
    r"(?:\w+ )?(?:must|should|has to|have to|needs to|is to) be (?:halved|doubled|negated|flipped|reversed|divided|multiplied|scaled|dropped)\b")
_EXISTS = re.compile(
    r"(?:where|here|wherein) (?:the |this |that |both |all |these )?(?:(?:matrix|needed|first|second) )?(?:inverses?|pseudoinverse|quotients?|roots?|limits?|"
    r"minimum|minimiser|matrix|matrices|logarithms?|sums?|series|expectations?|norms?|division) "
    r"(?:always |really |indeed )?(?:exists?|converges?|(?:is|are) (?:always )?(?:well defined|well-defined|invertible|defined|finite|nonsingular|non-singular|unique|nonzero))")
_FINITE = frozenset("is are was has have can must follows follow each every we it there counts holds vanishes".split())
_FORBIDDEN = re.compile(r"^(?:so |and |but |please )*(?:do not|don't|never) (?!forget|omit|miss)\w+ (?:it|this|that|them|anything)(?: \w+)?$|\b(?:it|this|that|they) (?:must|may|should"
    r"|can|need) ?not be \w+(?: \w+)?$")
_DENIED_THING = re.compile(
    r"(?:and |but )?not (?:over|of|with|by|in|on|at|the|an?|twice|half|only|just|its|their|as) (?!.*\b(?:answers?|minimi[sz]ers?|maximi[sz]ers?|solutions?|optimum|limit|result|update"
    r"|right|correct|true|asked|but|yet|"
    r"factor|sign|minus|constant)\b)")
_WHERE_IT_STARTS = re.compile(r"unless (?:they|it|we|one|the iterates?|the iteration) (?:starts?|begins?|is|are) (?:there|at|from|in)(?: \w+){0,3}")
_SAME_AS = re.compile(r"\b(?:same|as) (?:as )?(?:in|for|with) (?:the )?")
_EXCEPT = re.compile(r"except that (?:the|its) (?:dual |primal )?(?:norm|ball|penalty|constraint|radius|index|matrix) (?:is|are) (?:now |then |here )?(?:the )?[\w-]+(?: \w+){0,2}")
_THE_SPEED = re.compile(r"\b(?:change|affect|alter|influence)s? (?:only )?(?:the |its )?(?:speed|rate|path|trajectory|pace|way)(?: of convergence)?$")
_NOT_THE_LIMIT = re.compile(r"(?:and |but )?not (?:the |its )(?:limit|end point|destination)")
_NO_CHANGE = re.compile(
    r"\b(?:does|do|did|will|need|is|are) not (?:\w+ )?(?:change|matter|depend|affect|enter|play|influence|needed|necessary)\b"
    r"|\b(?:doesn't|don't|never) (?:change|matter|depend|affect|enter)s?\b"
    r"|\bnothing (?:changes|happens|moves)\b"
    r"|\b(?:change|affect|alter|influence)s? (?:only )?(?:the |its )?(?:speed|rate|path|trajectory|pace|way)(?: of convergence)?,? (?:and |but )?not "
    r"(?:the |its |where )(?:limit|answer|solution|end point|destination|it ends)\b")


def _announces_another(clause: Sentence, nouns: Nouns) -> bool:
    """Whether a clause gives a formula of its own: 'plugging back in gives F', 'Adam would converge to F'."""
    ends = [k for k, b in enumerate(clause) if b.kind == "formula"]
    if not ends:
        return False
    if any(b.text in ("except", "save", "only") for b in clause):
        return False
    _, verb = announcement(clause[: ends[-1]])
    return verb >= 0 and not _unknown(clause[verb : ends[-1]], nouns, CORRECTING) and not any(changed(b.text) for b in clause if b.kind == "word")
