"""A person's notes between the words of a model: told by how they speak, and by where they stand.

The annotator speaks of the model in the third person, judges ("correctly identifies ..."), or
tells how it was prompted. The model speaks as `we` and `let me`, to itself, in formulas. Each cue
has a weight; a paragraph is a note from `STRONG` upwards, beside another note from `WEAK`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.transcripts.blocks import Block

STRONG = 1.5
WEAK = 0.5
_UNLIKE = -1.5  # at or below this, not even the place makes a paragraph a note

_NAMES = r"deep\s?seek|chat\s?gpt|claude|qwen|kimi|copilot|perplexity|grok"
_OTHER_NAMES = r"gpt[- ]?(?:[345]\w*|oss)|gemini|llama|mistral|o[134](?:-mini)?|the (?:llm|ai|chatbot|bot)|LLMs?"
_ADVERB = (
    r"(?:also|then|again|still|even|now|just|once again|eventually|initially|finally|further|immediately|apparently"
    r"|really|basically|actually|\w{3,}ly)"
)
_DOES = (
    r"(?:re-?states?|re-?writes?|re-?wrote|conclud\w+|reali[sz]\w+|recogni[sz]\w+|notic\w+|catch\w*|caught|hesitat\w+"
    r"|struggl\w+|doubt\w*|double[- ]check\w*|backtrack\w*|hallucinat\w+|nail\w*|(?:is|was|were|be|been|being) (?:un)?able to"
    r"|points? out|pointed out|mention\w*|admit\w*|apologi[sz]\w+|acknowledg\w+|refus\w+|forg[eo]t\w*|miss(?:es|ed)"
    r"|mis(?:read|interpret|under)\w*|tr(?:ies|ied) to|attempt\w*|fail(?:s|ed) to|manag(?:es|ed)|repeat\w*"
    r"|c[ao]mes? up with|arriv(?:es|ed)|reach(?:es|ed)|g[eo]ts? (?:it|the|to|stuck|bogged|confused|lost|right|wrong|an?)"
    r"|one-?shots?|thinks?|thought|knows?|knew|believes?|decid\w+|guess\w*|self-correct\w*|loves? to|keeps? \w+ing"
    r"|ran into|did(?:n't| not)|solv(?:es|ed)|answer(?:s|ed)|explain(?:s|ed)|claim(?:s|ed)|identif(?:ies|ied)"
    r"|found|recover(?:s|ed)|assum(?:es|ed)|provid(?:es|ed)|hints?|settl(?:es|ed) (?:for|on)|had made|seems? to)"
)
_OPENERS = (
    r"(?:Repeats|Notices|Identifies|Captures|Restates|Recogni[sz]es|Gets|Seems|Reali[sz]es|Arrives|Concludes|Finds"
    r"|Considers|Tries|Attempts|Struggles|Hesitates|Double[- ]checks|Misses|Fails|Forgets|Starts|Begins|Moves|Derives"
    r"|Computes|Verifies|Explains|Goes|Jumps|Solves|Answers|Applies|Rewrites|Reformulates|Converts|Leverages"
    r"|Catches|Corrects|Acknowledges|Doubts|Keeps|Ends up|Comes up|Circles|Loops|Sets up|Spends|Manages|Wastes|Provides"
    r"|Knows|Thinks|Claims|Mentions|Points out|Ignores|Handles|Works out|Picks up|Chooses|Makes|Overthinks|Questions)"
)
_JUDGED = (
    r"(?:Correctly|Incorrectly|Wrongly|Rightly|Accurately|Perfectly|Successfully|Immediately|Quickly|Nicely|Impressively"
    r"|Surprisingly|Mistakenly|Again|Still|Finally|Eventually|Briefly|Repeatedly|Unsuccessfully|Cleverly|Strangely)"
)
_CUES: tuple[tuple[str, float], ...] = (
    # The model in the third person.
    (rf"\b(?:{_NAMES})\b", 2.0),
    (rf"\b(?:{_OTHER_NAMES})\b", 1.0),
    (rf"\b(?:{_NAMES}|{_OTHER_NAMES}|the model)(?:'s)?\s+(?:{_ADVERB}\s+){{0,2}}{_DOES}\b", 1.0),
    (rf"\b(?:it|the model)(?:'s|\s+(?:is|was|has|had|does|did))?(?:\s+not|n't)?\s+(?:{_ADVERB},?\s+){{0,2}}{_DOES}\b", 1.5),
    (r"\b(?:it|the model)\s+(?:\w+\s+)?(?:correctly|incorrectly|wrongly|successfully|mistakenly|explicitly)\b", 1.0),
    (r"\bits (?:chain of thought|own|work|thinking|reasoning|answer|final|previous|earlier|initial|mistake|response)\b", 0.7),
    # Verbs without a subject, and verdicts.
    (rf"^{_OPENERS}\b(?! that\b)", 2.0),
    (rf"^{_JUDGED}[, ]+(?:\w+ly\s+)?(?:{_OPENERS}|\w{{3,}}(?:s|ed)|one-?shot)\b", 2.0),
    (r"^(?:Moving on|One-?shot\w*|Nailed|Arrived|Got (?:it|the|to)|Reached|Double[- ]checked|Re-?confirmed|Spot on)\b", 1.8),
    (r"^(?i:the |this )?(?:\w+ )?(?i:answer|solution|result|conclusion)s? (?:was |is |has been )?"
     r"(?:re-?confirmed|obtained|reached|found|double[- ]checked|re-?verified)", 1.6),
    (r"\bone-?shot(?:s|ted|ting)?\b", 1.5),
    (r"\b(?:answer|solution|output|response|explanation|derivation|reasoning) (?:is|was|here is|looks?)\s+(?:\w+\s+)?"
     r"(?:accurate|correct|right|wrong|incorrect|clear|clean|concise|detailed|formatted|fine|good|solid|great)\b", 1.0),
    (r"\b(?:formatted|segmented|structured|organi[sz]ed|written|laid out)\s+(?:\w+\s+and\s+)?(?:clearly|nicely|logically|well)\b"
     r"|\b(?:clearly|nicely|well)[- ](?:formatted|segmented|structured|organi[sz]ed)\b", 1.2),
    (r"\b(?:correct|right|wrong|same|erroneous|incorrect)\s+(?:\(\w+\)\s+)?(?:answer|conclusion|result|approach)\b", 0.7),
    (r"\b(?:HW|homework|official|staff|course|instructor'?s?|posted)\s+solutions?\b|\b(?:solution|answer) key\b", 2.0),
    (r"^(?:Nice|Cool|Interesting|Impressive|Funny|Wow|Ah|Another (?:nice|cool|interesting))\b(?!,? (?:question|problem))", 1.3),
    (r"\b(?:nice|cool|interesting|impressive|neat) (?:detail|touch|catch|step|move|behaviou?r|insight|point)\b", 1.2),
    (r"\b(?:detail|reformulation|repetition|insight|intuition|mistake|error|behaviou?r|catch|step|part) (?:seen |made )?here\b", 0.8),
    (r"\b(?:seen|obtained|reached|noticed|shown|repeated) here\b", 0.9),
    (r"\bInterestingly\b|\bsurpris(?:ed|ing|ingly)\b|\bimpress(?:ed|ive|ively)\b", 1.0),
    # How it thought, how it was prompted.
    (r"\b(?:chain of thought|thought (?:trace|process|exploration|roaming)s?|thinking (?:mode|process|tokens?|trace|time)"
     r"|reasoning (?:trace|chain)|final output|context window)\b", 1.5),
    (r"\b(?:self-?doubt\w*|second-?guess\w*|over-?think\w*|over-?complicat\w*|side-?track\w*|bogged down|meta-?gam\w*"
     r"|hallucinat\w*|rambl\w+|in circles|back-?track\w*)\b", 1.3),
    (r"\bI (?:then |also |now |first |just |simply |directly )?(?:(?:re-?)?paste|pasted|prompt|prompted|opt|opted|proceed|proceeded"
     r"|provide|provided|gave|give|fed|feed|assure|assured|hinted|nudged?|told|tell|upload|uploaded|attached|copied"
     r"|asked?|followed up|pointed|pushed|decided|wanted to|tested|tried|hypothesi[sz]e|did an?|was (?:surprised|expecting"
     r"|hoping|curious))\b", 2.0),
    (r"\b(?:pasted in|copy[- ]?past\w+|re-?prompt\w*|prompting|prompted|follow-?up prompt)\b", 1.5),
    (r"\bmy (?:own |previous |earlier |first |last |next |original |second |initial )*(?:prompt|query|follow-?up|hint|observation"
     r"|hypothesis|guidance|instructions?|message)s?\b", 1.5),
    (r"\b(?:makes?|made) me (?:wonder|think|believe)\b", 1.8),
    (r"\b(?:some|more|little|bit of|further) guidance\b|\bclassmates?\b|\bchance occurrence\b", 1.0),
    (r"\bI (?:guess|suspect|believe|noticed|liked?|appreciate)\b|\b(?:apparently|in my opinion|overall)\b", 0.7),
    (r"\b(?:once again|again, |many times|repeated(?:ly)?|repetition|spot on)", 0.5),
    (r"^\[[^\]]+\]\(#[^)]*\)$", 2.5),
    (r"^\W*(?:my |student(?:'s)? |annotator(?:'s)? |author(?:'s)? )(?:own )?(?:notes?|comments?|annotations?|analysis|thoughts"
     r"|observations?|remarks?)\s*[:—–-]|^\W*(?:annotation|comment|commentary)s?\s*[:—–-]", 3.0),
    # The model's own voice.
    (r"\b(?:let me|let's|let us|I'll|I will|hmm+|wait)\b", -2.0),
    (r"^(?:We|Let|Now|So|Then|Thus|Therefore|Hence|But (?:wait|note|then|if|since)|However|Alternatively|Actually|Given|Since"
     r"|If|For|Consider|Recall|Note|Notice|Setting|Substituting|Suppose|Assume|Step \d|Yes|No|In (?:part|the|this|our|vector)"
     r"|The (?:problem|objective|update|solution|gradient|minimum|optimal|dual|question|key|term))\b", -1.0),
    (r"\b(?:we|our)\b", -0.7),
    (r"\bI (?:think|recall|made|misinterpreted|misread|need|should|can|must|have to|am|'m|would say)\b", -1.2),
    (r"\byou(?:'re|r|rs)?\b", -1.2),
    (r"^(?i:great|good|excellent|nice) (?:question|point|catch)\b|\babsolutely right\b|\bI apologi[sz]e\b|\bmy (?:mistake|error)\b", -2.0),
    (r":\s*$", -1.5),
    (r"\?\s*$", -0.3),
    (r"\*\*", -0.5),
)  # fmt: skip
_COMPILED = tuple((re.compile(p, 0 if p.startswith("^(?:") else re.IGNORECASE), w) for p, w in _CUES)
_QUOTED = re.compile(r"[\"“][^\"“”]{0,400}[\"”]")
_INLINE = re.compile(r"\$[^$]+\$|\\\(.+?\\\)")
_FORMULA_COST = 0.2
_FORMULA_COST_MOST = 1.5


def note_score(text: str) -> float:
    """How much a paragraph speaks like an annotator (positive) or like the model (negative)."""
    bare = text.replace("’", "'").replace("‘", "'").strip()
    bare = re.sub(r"^(?:[>\s]+|[*_]{1,3}(?=\w))", "", bare)
    bare = _QUOTED.sub(' "" ', bare)
    formulas = len(_INLINE.findall(bare))
    bare = _INLINE.sub(" x ", bare)
    score = sum(weight for pattern, weight in _COMPILED if pattern.search(bare))
    return score - min(_FORMULA_COST_MOST, _FORMULA_COST * formulas)


def find_notes(blocks: Sequence[Block], strong: float = STRONG, by_place: bool = True) -> set[int]:
    """Indices of the blocks that are an annotator's notes.

    by_place: beside the way of speaking, place decides: what stands between the two halves of
    a sentence that goes on behind it was put there by someone else. Not so in pages, where
    formulas have left holes, nor in pasted statements.
    """
    scores = [note_score(b.text) if b.kind == "prose" else float("-inf") for b in blocks]
    notes = {i for i, score in enumerate(scores) if score >= strong}
    if by_place:
        notes |= _inserted(blocks, scores)
    changed = True
    while changed:
        beside = {
            i
            for i, score in enumerate(scores)
            if i not in notes and score >= WEAK and (i - 1 in notes or i + 1 in notes)
        }
        notes |= beside
        changed = bool(beside)
    return notes


def _inserted(blocks: Sequence[Block], scores: Sequence[float]) -> set[int]:
    found: set[int] = set()
    for i, block in enumerate(blocks):
        if not (block.kind == "prose" and _breaks_off(block.text)):
            continue
        between: list[int] = []
        for j in range(i + 1, min(len(blocks), i + 12)):
            other = blocks[j]
            if other.kind != "prose":
                break
            if _goes_on(other.text):
                found.update(between)
                break
            if scores[j] <= _UNLIKE:
                break
            between.append(j)
    for i in range(1, len(blocks) - 1):
        before, here, after = blocks[i - 1], blocks[i], blocks[i + 1]
        # A formula, a whole sentence with no formula in it, then a clause in small letters: the clause
        # continues the formula.
        if before.kind == "formula" and here.kind == after.kind == "prose" and _goes_on(after.text):
            whole = re.search(r"[.!?…]\s*$", here.text) and re.match(r"[A-Z]", here.text)
            if whole and not _INLINE.search(here.text) and scores[i] > _UNLIKE / 2:
                found.add(i)
    return found


def _breaks_off(text: str) -> bool:
    """Whether a paragraph stops in the middle of a sentence."""
    return bool(re.search(r"[A-Za-z,]\s*$", text)) and len(text.split()) >= 4


def _goes_on(text: str) -> bool:
    """Whether a paragraph starts in the middle of a sentence."""
    return bool(re.match(r"[a-z]{2,}[\s,.:;?!]|[a-z][a-z]+$", text))
