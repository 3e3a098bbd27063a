"""In which voice a statement is made: asserted, quoted, hedged, conditional, a question, withdrawn."""

from __future__ import annotations

import re

from derive.transcripts.claims.spans import Span, sentence_before

_QUESTION = re.compile(r"^[^.!]{0,80}\?")
_QUOTED = re.compile(
    r"\b(?:the|this|original)\s+(?:problem|question|prompt|homework|exercise|text|statement)\b[^.]{0,60}\b(?:says|states|reads|asks|statement|is)\b"
    r"|\b(?:they|it)\s+(?:say|says|write|writes|wrote|states?)\b|\b(?:you|user)\s+(?:said|wrote|mentioned)\b|\bwe are (?:given|asked)\b", re.I)
CONDITIONAL = re.compile(
    r"\b(?:if(?! we (?:define|let|set|write|denote|call)\b)|suppose|assume|assuming|assumption|what if|unless|had we"
    r"|sometimes|in that case|would (?:be|give|become|have|yield)|could be|were to)\b", re.I)
_HEDGED = re.compile(r"\b(?:maybe|perhaps|possibly|probably|might|may|likely|i think|seems?|presumably|not sure|guess)\b", re.I)
_WITHDRAWN = re.compile(
    r"^[\s.,;:)\]]*(?:\(?(?:(?:wait|hmm|oh),?\s+)*(?:no|wrong|not (?:right|correct|quite))\b(?!\w)"
    r"|(?:is|was|would be) (?:wrong|incorrect|false|a mistake|an error|not (?:right|correct|true|it\b))"
    r"|(?:(?:wait|hmm|but|oh),?\s+)*(?:that|this|it|which)(?:'s| is| was| isn't) (?:wrong|incorrect|a mistake|not (?:right|correct|true|quite|what|it\b)|(?:right|correct|true)(?<=n't right)))", re.I)
_REJECTED = re.compile(
    r"\b(?:mistake|wrongly|incorrectly|not equal to|is not the same as|isn't|rather than|instead of)\s*$"
    r"|\b(?:first (?:thought|guess|attempt))\b|\b(?:(?:common|frequent|typical|easy) (?:slip|mistake|error|pitfall)|wrong (?:way|answer|version))s?\b"
    r"|\b(?:wrong would be|would be wrong|careless|erroneous(?:ly)?)\b", re.I)


def modality_of(span: Span) -> str:
    """The voice of a formula, from the words of its own sentence."""
    lead = re.sub(r"\([^()]*\)", " ", sentence_before(span.before))
    after = span.after.lstrip(" $")
    if span.latex.rstrip().endswith("?") or _QUESTION.match(_first_sentence(span.after)):
        return "question"
    if _WITHDRAWN.match(after) or _REJECTED.search(lead):
        return "withdrawn"
    if _QUOTED.search(lead):
        return "quoted"
    if CONDITIONAL.search(lead):
        return "conditional"
    if _HEDGED.search(lead):
        return "hedged"
    return "asserted"


def voice(sentence: str) -> str:
    """The voice of a sentence without a formula of its own."""
    if sentence.rstrip().endswith("?"):
        return "question"
    if _QUOTED.search(sentence):
        return "quoted"
    if CONDITIONAL.search(sentence):
        return "conditional"
    return "hedged" if _HEDGED.search(sentence) else "asserted"


def _first_sentence(after: str) -> str:
    text = after.split("\n")[0]
    m = re.search(r"[.!?](?:\s|$)", text)
    return text[: m.end()] if m else ""
