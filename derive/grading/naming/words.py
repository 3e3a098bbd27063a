"""Names of optimizers in a text: where they stand, as which rule, and whether the text asserts them.

A text names optimizers for many reasons: to answer, to deny ("not SignSGD"), to compare ("unlike
Adam", "in standard SignSGD the step is fixed"), to suppose ("if the step were fixed it would be
SignSGD"). Only words left and right of a name within its clause decide which; no sentence is known.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

from derive.derivation.optimizers import catalogue, unruled
from derive.grading.naming.text import spoken

MAX_WORDS = 12  # of one name
MAX_NAMES = 60  # in a text, the last ones
MAX_LEFT = 300  # characters before a name that decide what the text does with it
FUZZY_LENGTH = 6  # from here on a word with one slip of the pen is still that word


class Standing(IntEnum):
    """What a text does with a name; the higher, the more it is an answer."""

    DENIED = 0  # "not SignSGD", "rather than SignSGD"
    COMPARED = 1  # "in standard SignSGD the step is fixed"
    NEAR = 2  # "not quite SignSGD", "similar to SignSGD": an answer once it says how they differ
    SUPPOSED = 3  # "if the step were fixed it would be SignSGD", "SignSGD?"
    ASSERTED = 4


@dataclass(frozen=True)
class Mention:
    """A name in a plain text.

    start, end: its place; optimizer: id, or '' for a known name without a rule; standing: what the
    text does with it; hedged: whether it is said with reserve; sentence: number of its sentence.
    """

    start: int
    end: int
    text: str
    optimizer: str
    standing: Standing = Standing.ASSERTED
    hedged: bool = False
    sentence: int = 0


# ---------------------------------------------------------------- the lexicon

_WORD = spoken(r"[A-Za-z]+(?:'s?\b)?|\d+")
_SPELLED = {
    "decent": "descent",
    "decend": "descent",
    "decsent": "descent",
    "optimiser": "optimizer",
    "grad": "gradient",
    "methods": "method",
    "optimizers": "optimizer",
    "algorithms": "algorithm",
}


def normal_word(word: str) -> str:
    """One spelling for a word: lower case, -ize, no apostrophe."""
    w = unicodedata.normalize("NFKD", word).replace("'", "").lower()
    if w.endswith(("ised", "isation", "ising", "ise")) and len(w) > 6:
        w = w.replace("isation", "ization").replace("ised", "ized").replace("ising", "izing")
        w = w[:-3] + "ize" if w.endswith("ise") else w
    return _SPELLED.get(w, w)


@cache
def lexicon() -> tuple[dict[str, tuple[tuple[frozenset[int], str], ...]], frozenset[str]]:
    """Joined spelling -> (where it may be divided, optimizer id), and the words that occur."""
    table: dict[str, list[tuple[frozenset[int], str]]] = {}
    words: set[str] = set()
    named = [(s, o.id) for o in catalogue().values() for s in o.aliases] + [(s, "") for s in unruled()]
    for spelling, optimizer in named:
        parts = [normal_word(w) for w in _WORD.findall(spelling)]
        words.update(parts)
        cuts = frozenset(sum(map(len, parts[:k])) for k in range(1, len(parts)))
        table.setdefault("".join(parts), []).append((cuts, optimizer))
    return {k: tuple(v) for k, v in table.items()}, frozenset(words)


@cache
def known_word(word: str) -> str:
    """The word, or the one word of the lexicon that is a single slip away from it."""
    table, words = lexicon()
    w = normal_word(word)
    if w in words or w in table or len(w) < FUZZY_LENGTH:
        return w
    near = [k for k in (*words, *table) if len(k) >= FUZZY_LENGTH and abs(len(k) - len(w)) <= 1 and one_slip(k, w)]
    return near[0] if len(set(near)) == 1 else w


def one_slip(a: str, b: str) -> bool:
    """Whether a and b differ by one letter too many, too few, wrong, or by two neighbours swapped."""
    i = next((k for k, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    x, y = a[i:], b[i:]
    return x[1:] == y[1:] or x == y[1:] or x[1:] == y or (x[:2] == y[:2][::-1] and len(x) > 1 and x[2:] == y[2:])


def find_names(flat: str) -> list[Mention]:
    """Every name of an optimizer, the longest where several begin; not yet judged."""
    table, _ = lexicon()
    words = list(_WORD.finditer(flat))
    out: list[Mention] = []
    i = 0
    while i < len(words):
        best: tuple[int, str] | None = None
        joined = ""
        cuts: list[int] = []
        for j in range(i, min(i + MAX_WORDS, len(words))):
            if j > i:
                if flat[words[j - 1].end() : words[j].start()].strip(' -_*–"“”'):
                    break
                cuts.append(len(joined))
            joined += known_word(words[j].group())
            for allowed, optimizer in table.get(joined, ()):
                if allowed.issuperset(cuts):
                    best = (j, optimizer)
        if best is None or _no_name(flat, words[i].start(), words[best[0]].end()):
            i += 1
            continue
        j, optimizer = best
        start, end = words[i].start(), words[j].end()
        out.append(Mention(start, end, flat[start:end], optimizer, sentence=flat.count("\n", 0, start)))
        i = j + 1
    return out


# 'the chosen coordinate takes a gradient step'
_ONE_COORDINATE = re.compile(r"\b(?:coordinate|component|entry|parameter|weight)\b[^.;\n]{0,60}\b(?:takes?|makes?|does|gets?|performs?) (?:a|one|the) $", re.I)


def _no_name(flat: str, start: int, end: int) -> bool:
    """A word of a formula, or 'momentum' as a part of something else ("SGD without momentum")."""
    if start > 0 and flat[start - 1] in "\\_^":
        return True
    if flat[start:end].lower() == "gradient step" and _ONE_COORDINATE.search(flat, max(0, start - 120), start):
        return True
    return flat[start:end].lower() == "momentum" and not re.search(
        r"(?i)(?:^|\n|\bis|'s|[:=]|\bjust|\bplain) ?$", flat[:start]
    )


# ---------------------------------------------------------------- what the text does with a name

# A clause ends where a conjunction or a sign turns the sentence.
_TURN = spoken(
    r"[,;:()\n]|\.(?= )|—| – | - |\b(?:but|however|whereas|while|although|though|except|yet|so|hence|thus"
    r"|therefore|because"
    r"|since|instead(?! of)|rather(?! than)|it's|it is|we get|we recover|whose|which)\b"
)
_EXACTLY = (
    r"(?:quite|exactly|strictly|precisely|really|just|only|merely|simply|entirely|fully|purely|necessarily"
    r"|standard|plain|vanilla|pure|ordinary|regular|classic|classical|textbook|true|usual|normal|typical"
    r"|identical|equivalent|the same|same|fixed[- ]step|constant[- ]step|fixed|conventional|original"
    r"|traditional)"
)
_NOT = r"(?:\bnot\b|n't\b|\bnever\b|\bcannot\b|\bneither\b|\bnor\b|\bno longer\b|\bno\b|\bhardly\b)"
_NEITHER_NOT = spoken(
    r"\b(?:not sure|not certain|no doubt|(?:none|nothing|no) other than|nothing (?:but|else than)"
    r"|not (?:un)?surprisingly|why not|whether or not)\b"
)
_ANYTHING_BUT = spoken(
    r"\b(?:any|every|all|each)(?:thing|one)?(?: (?:other |known )?(?:optimi[sz]ers?|methods?|algorithms?|rules?|ones?))?"
    r" (?:but|other than|except(?: for)?|apart from|save|excluding|with the exception of)\b"
)
_DENIED = spoken(
    _NOT + r"|\b(?:rather than|instead of|unlike|as opposed to|opposed to|in contrast (?:to|with)|by contrast with"
    r"|contrary to"
    r"|other than|except|ruled? out|rules out|excludes?|wrong|incorrect|mistaken|different from|differs from"
    r"|distinct from)\b"
)
_NEARLY = spoken(
    _NOT + r"[^,;]{0,40}?\b" + _EXACTLY + r"\b|\b(?:different from|differs from|distinct from"
    r"|departs from)\b"
    r"|\b(?:almost|nearly|similar to|resembl\w+|analogous to|akin to|reminiscent of|reminds"
    r"|close to|comparable to"
    r"|inspired by|related to|in the spirit of|(?:acts|behaves|looks|works|moves|is|it's|just"
    r"|much|a lot|bit) like)\b"
)
_COMPARED = spoken(
    r"\b(?:than|compared (?:to|with)|versus|vs|between|over|beyond|from|recall(?: that)?|remember(?: that)?|consider"
    r"|compare|papers?|article|literature|there(?: is|'s| are| exists?)"
    r"|generali[sz]es?|known from|contrast|unlike)\b"
)
_INSIDE = spoken(
    r"\b(?<!result )(?<!results )(?<!resulting )(?:in|for|under|as in|with)(?: (?:the|a|an|usual"
    r"|standard|plain"
    r"|vanilla|ordinary|regular|classic|classical|original|pure|normal|typical|most))* ?$"
)
_IN_THAT_COORDINATE = spoken(r" (?:in|along|on|for) (?:only |just )?(?:that|this|the chosen|the selected|the same) (?:one |single )?(?:coordinate|component|entry|direction)\b")
_BY_A_COORDINATE = spoken(r"\b(?:coordinate|component|entry) (?:then )?(?:takes|makes|gets|does|performs) (?:an? |one )?(?:ordinary |plain |usual )?$")
_USUAL_FORM = spoken(r"^\W*(?:the|an?) (?:textbook|usual|standard|classical|original|ordinary|common|practical) (?:version|form|variant|kind)s? of (?:the )?$")
_SAME = spoken(r"\b(?:same as|identical to|equivalent to|matches|equals?|exactly)\b")  # "the same update as in X"
# "X uses ...", "X is usually ...": said about X, not about the update.
_ABOUT = spoken(
    r"^(?: \([^()]{0,40}\))?,? ?(?:itself |normally |usually |typically |only |also |always |often |generally "
    r"|on the other hand,? )*"
    r"(?:uses?|has|have|had|takes?|keeps?|applies|employs?|maintains?|requires?|divides?|does|doesn't|do|would"
    r"|wouldn't|updates"
    r"|moves|normalizes|rescales|adds|ignores|tracks|accumulates|assumes|(?:is|are|update is|would be) (?:usually"
    r"|normally"
    r"|typically|defined|given|a|an|the method|only|u ?=|-)|: ?(?:\\?[A-Za-zΔδθ]+ ?\S{0,12} ?=|-))(?=\W|$)"
)
# "because Adam is adaptive": a reason that speaks of another optimizer.
_CLAUSE_OPENS = spoken(
    r"\b(?:because|since|while|whereas|although|though|where|when)(?: (?:the|a|standard|plain"
    r"|usual|vanilla|classic))* ?$"
)
_TOLD = spoken(
    r"\b(?:recovers?|gives?|yields?|obtain|get|becomes?|corresponds? to|reduces? to|amounts? to|(?:this|it|that|which|update|method|rule|answer) is|it's"
    r"|(?:known|called) as|exactly)\b"
)
_IS = spoken(r"^ (?:is|are|was|also|still|itself)\b")
_REFUTED = spoken(
    r"^,? ?(?:itself )?(?:(?:is|was|are|does|do|would|can|could|has|will)(?:n't| not)\b|cannot\b|(?:is|would be"
    r"|was) (?:also )?"
    r"(?:wrong|incorrect|different|ruled out|excluded|mistaken|out)\b|can be (?:ruled out|excluded)|fails?\b|\? no\b)"
)
_SUPPOSED = spoken(
    r"\b(?:if|unless|provided|assuming|suppose|supposing|had|were|were we|one (?:might|could|may)"
    r"|(?:might|may) "
    r"(?:be expecting|expect|think|guess)|(?:is|was) it|part \(?[a-z0-9]\)?,? (?:where |which "
    r"|in which )?(?:we |it |this |that |the \w+ )?(?:got|gave|had|found|saw|recovered|obtained"
    r"|derived|was)|as before|earlier|previous\w*|would have|which (?:\w+ ){0,4}would)\b"
)
_HEDGED = spoken(
    r"\b(?:maybe|perhaps|possibly|probably|presumably|likely|i think|i guess|i believe|i suppose|might|could be"
    r"|may be|not sure"
    r"|not certain|something like|some kind|kind of|sort of|basically|more or less|more like|closest|seems?"
    r"|appears?|roughly"
    r"|essentially|somewhat|apparently|looks like|like an?)\b"
)
_ONLY_DOUBT = spoken(
    r"^(?:hmm,? ?|wait,? ?|well,? ?|actually,? ?|sorry,? ?)*(?:no|nope|wait|not (?:quite|exactly|really|true|right"
    r"|correct)"
    r"|(?:that|this)(?:'s| is| was) (?:wrong|not (?:quite )?(?:right|correct|true)|incorrect)|scratch that|never ?mind"
    r"|on second thought|correction)[.!: ]*$"
)
_KIND_OF = spoken(
    r"\b(?:variant|version|form|kind|type|sort|case|generali[sz]ation|modification|flavou?r|member|relative"
    r"|extension|family)s? of "
    r"(?:the |a |an |standard |plain |vanilla |ordinary )*$"
)
_APPOSED = spoken(
    r"^\)?(?: ?[,(–-]| which is| that is| is) ?(?:which is |that is |is |itself |just |simply |basically "
    r"|also )*(?:a|an|the|one)\b"
)
_CALLED = spoken(
    r"^[ ,(\"]*(?:that is |which is |that's |which we |usually |often |also |commonly )*(?:call(?:ed)?|known as"
    r"|named|namely|ie|:|-|–|\()"
)
_LISTED = spoken(r"\b(?:or|and|nor)\b")
_JOINS = spoken(r"^[ ,/(&+]*(?:and|or|nor|and/or)? ?(?:the |a |an )?$")


_ALIKE = spoken(r"[^.;]{0,80}\b(?:takes?|gives?|makes?|moves?|goes|points?|has|walks?|steps?)\b[^.;]{0,30}\b(?:the same|a similar|similar)\b")


def judged_names(flat: str) -> list[Mention]:
    """The names in a flattened text with what the text does with each."""
    found = find_names(flat)[-MAX_NAMES:]
    sentences = flat.split("\n")
    out: list[Mention] = []
    for k, m in enumerate(found):
        begin = flat.rfind("\n", 0, m.start) + 1
        previous = found[k - 1] if k and found[k - 1].start >= begin else None
        left = _ANYTHING_BUT.sub("not", flat[max(previous.end if previous else begin, m.start - MAX_LEFT) : m.start])
        left = _NEITHER_NOT.sub(
            lambda x: "perhaps" if "sure" in x.group().lower() or "certain" in x.group().lower() else "",
            left,
        )
        after = flat[m.end : found[k + 1].start if k + 1 < len(found) else len(flat)].split("\n")[0]
        standing = _standing(left, after)
        gap = flat[previous.end : m.start] if previous else ""
        following = found[k + 1] if k + 1 < len(found) else None
        ahead = flat[m.end : following.start] if following else ""
        listed = _LISTED.search(gap) or ("," in gap and _LISTED.search(ahead) and _JOINS.match(ahead))
        if previous and out[-1].standing in (Standing.DENIED, Standing.COMPARED) and listed and _JOINS.match(gap):
            standing = out[-1].standing  # "neither Adam nor SGD", "unlike Adam, RMSprop and SGD"
        if standing is Standing.ASSERTED and _background(m, gap, previous, left, ahead, following):
            standing = Standing.COMPARED
        if standing is Standing.ASSERTED and _ALIKE.match(after) and any(o.standing is Standing.ASSERTED and o.optimizer != m.optimizer and o.sentence < m.sentence for o in out):
            standing = Standing.COMPARED  # 'signSGD ... . Adam without averages takes steps in the same direction.'
        asked = sentences[m.sentence].rstrip(" \"')").endswith("?")
        supposed = asked or _SUPPOSED.search(flat[max(begin, m.start - MAX_LEFT) : m.start])
        if standing is Standing.ASSERTED and supposed:
            standing = Standing.SUPPOSED
        hedged = bool(_HEDGED.search(left)) or standing is Standing.SUPPOSED
        out.append(replace(m, standing=standing, hedged=hedged))
    return _withdrawn(out, sentences)


def _background(
    m: Mention, gap: str, previous: Mention | None, left: str, ahead: str, following: Mention | None
) -> bool:
    """Whether a name only places another one: 'SignSGD, a variant of SGD', 'a variant of SGD called SignSGD'."""
    if not _KIND_OF.search(left):
        return False
    if previous is not None and previous.optimizer != m.optimizer and _APPOSED.match(gap):
        return True
    return following is not None and following.optimizer != m.optimizer and bool(_CALLED.match(ahead))


def _standing(left: str, after: str) -> Standing:
    turns = list(_TURN.finditer(left))
    clause = left[turns[-1].end() :] if turns else left
    if _REFUTED.match(after):
        return Standing.DENIED
    if _NEARLY.search(clause):
        return Standing.NEAR
    if _DENIED.search(clause):
        return Standing.DENIED
    told = after.lstrip()[:1] == ":" and _TOLD.search(clause)  # "this recovers SGD: theta_{t+1} = ..."
    about = (_ABOUT.match(after) and not told) or (_CLAUSE_OPENS.search(left) and _IS.match(after))
    if _IN_THAT_COORDINATE.match(after) or _BY_A_COORDINATE.search(clause) or _COMPARED.search(clause) or _USUAL_FORM.search(clause) or (_INSIDE.search(clause) and not _SAME.search(clause)) or about:
        return Standing.COMPARED
    return Standing.ASSERTED


def _withdrawn(mentions: list[Mention], sentences: list[str]) -> list[Mention]:
    """What a later sentence takes back: 'SignSGD. Not quite.', 'SignSGD ... it is not SignSGD'."""
    out = list(mentions)
    for k, m in enumerate(mentions):
        if m.standing is not Standing.ASSERTED:
            continue
        later = [x for x in mentions[k + 1 :] if x.optimizer == m.optimizer and x.sentence > m.sentence]
        back = next((x for x in later if x.standing in (Standing.DENIED, Standing.NEAR)), None)
        following = sentences[m.sentence + 1] if m.sentence + 1 < len(sentences) else ""
        if back is not None and not _NEARLY_POSITIVE.search(sentences[back.sentence]):
            out[k] = replace(m, standing=back.standing)
        elif _ONLY_DOUBT.match(following):
            out[k] = replace(m, standing=Standing.NEAR)
    return out


# "it is similar to SignSGD" takes nothing back.
_NEARLY_POSITIVE = spoken(r"\b(?:similar|resembl\w+|analogous|akin|reminiscent|like)\b")
