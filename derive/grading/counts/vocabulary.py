"""The words of counts: what each quantity is counted in and called, and the words that may stand beside its number without saying that it is counted of something else.

The words beside a number are a closed list, quantity by quantity: 'in total' may stand beside a number of messages and not beside the size of each, 'each' the other way round.
"""

from __future__ import annotations

from derive import patterns as re

_NUMBERS = r"(?:numbers?|parameters?|params?|floats?|values?|entries|weights?|scalars?|elements?|words)"
UNITS = {
    "messages": r"messages?|transfers?|packets?|sends",
    "size": rf"(?:{_NUMBERS}\s+)?(?:long\b|each|apiece|per\s+message|in\s+(?:each|every)(?:\s+message)?)|size",
    "rounds": r"rounds?|steps?",
    "sent": _NUMBERS,
    "received": _NUMBERS,
    "elements": _NUMBERS,
    "parameters": _NUMBERS,
    "multiply_adds": r"multiply[- ](?:adds?|accumulates?)|multiplications?[- ]additions?|mult[- ]adds?|macs?",
    "training_flops": r"flops?|floating[- ]point\s+operations|operations",
    "flops": r"flops?|floating[- ]point\s+operations|operations",
    "length": r"pixels?(?:\s+high)?|rows",
    "ratio": r"times\s+(?:as\s+(?:large|many|much|big)|larger|bigger|more|the\s+size)",
}
"""What follows the number of each quantity; a multiply-add of the backward pass is told by its label."""
SIZED = re.compile(
    r"(?:\b(?:size|length)|\bmessages?\s+(?:of|with|carrying|carries|holds?|has|contains?)|\b(?:each(?:\s+one)?|every\s+one|all)(?:\s+of\s+(?:them|these|which))?"
    r"(?:\s+(?:of|with|carr\w+|holds?|ha[sv]e?|containing|contains?))?)"
    r"(?:\s+(?:of|is|the|a|an|full|whole|complete|entire|vectors?|gradients?|exactly|again|all|its|size|length|just)){0,8}\Z", re.I)
"""What stands before the size of a message; behind it stands at most its unit."""
SIZE_BEHIND = re.compile(rf"\A(?:{_NUMBERS})?(?:\s+(?:long|each|per\s+message))?\Z", re.I)
LONE_NUMBERS = re.compile(rf"\A{_NUMBERS}\Z", re.I)

_LITTLE = frozenset(
    "let a an the is are be been being of there we get have has it its this that these those which so thus hence therefore then now here to for in with at by as and also just exactly number numbers "
    "count counts needed required used take takes need needs costs cost give gives makes make equals equal becomes amounts comes answer result final one i e viz namely "
    "finally because since our means yields obtain both".split())
_WHOLE = frozenset("total totals altogether overall all sum together".split())
_WORDS = {
    "messages": "messages message transfers packets sends sent exchanged transmitted workers machines network everyone passed",
    "size": "all size sizes long each every per message messages them full whole complete entire vector vectors gradient gradients "
            "carry carries carrying containing hold holds contain contains consists floats parameters values entries weights apiece",
    "rounds": "rounds round steps over after",
    "time": "time takes long training ring all-reduce reduce-scatter all-gather duration units t",
    "sent": "parameters params floats values each every per worker rank machine node device sends send sent must training step transmits",
    "parameters": "parameters parameter params weights trainable learnable trained layer model network block values new adapters adapter lora transformer",
    "multiply_adds": "multiply-adds multiply-add multiply adds multiply-accumulates macs mac forward pass image per single input layer",
    "backward_multiply_adds": "backward pass multiply-adds multiply adds macs mac",
    "flops": "flops flop floating-point floating point operations operation ops training step forward backward passes",
    "length": "output height high pixels rows width spatial size feature map maps",
    "elements": "cache cached size kv key-value holds stores keys values key value k v entries memory elements contains stored whole",
    "ratio": "times as large many much big larger bigger ratio factor size it would be will if with all full every each query head heads had were own their keys key "
             "values value kv mha multi-head attention cache for compared than",
}
_OF_ONE = ("size", "sent", "received")


def words_beside(what: str) -> frozenset[str]:
    """The words that may stand beside the number of a quantity."""
    kind = kind_of(what)
    own = frozenset(_WORDS.get({"received": "sent", "training_flops": "flops"}.get(kind, kind), "").split())
    return own | _LITTLE | (frozenset(("total",)) if kind in ("sent", "received") else frozenset() if kind in _OF_ONE else _WHOLE)


def kind_of(what: str) -> str:
    """The kind of a quantity: 'length' of 'length of conv.i', 'ratio' of 'elements of full / elements of cache'."""
    return "ratio" if " / " in what else what.partition(" ")[0]


SUPPOSED = re.compile(r"\b(?:if|were|would)\b|\A(?:with|for)\s+(?:all|full|every|as\s+many)\b", re.I)
"""A clause of what is compared with: 'with full heads: ...', 'full attention would need ...'."""
OF_ALL = re.compile(r"\bin\s+(?:all|total|sum)\b", re.I)
OF_OTHERS = re.compile(r"\b(?:frozen|fixed|not\s+trained|untrained|stay\w*)\b", re.I)
AGAINST = re.compile(
    r"\b(?:not|never|nor|wait|oops|actually|correction|mistak\w*|wrong\w*|incorrect\w*|false\w*|sorry|instead|forgot\w*|missed|should|must|suppos\w*|assum\w*|example|student|guess\w*|unless|except|only|half|halv\w*|"
    r"doubl\w*|twice|triple\w*|if|would|could|might|maybe|perhaps|about|roughly|approximately|around|least|most|extra|additional\w*|more|less|fewer|without|but|however|claim\w*|naive\w*|minus|before|provided|"
    r"when|where|even|odd|squared|cubed|rounded|otherwise|either|neither|still|yet|once\s+more|again|missing|up\s+to|order|between|below|above|bounded|range\w*|"
    r"divid\w*|subtract\w*|swap\w*|invers\w*|invert\w*|overhead|add\s+(?:these|those|them|this|it))\b|n['’]t\b|\?", re.I)
"""Words that may change a number, wherever they stand."""
AFTERWARDS = re.compile(r"\b(?:same|then|now|rings|machines|second|also|too)\b|\A(?:plus|and\s+the)\b", re.I)
"""What a clause without a number says of more to come, behind the numbers that stand."""
RESTRICTS = re.compile(r"\A(?:for|in|per|at|on|of|by|to|within|over|all\s+\w+)\b", re.I)
"""How a clause without a number begins that may say of what those beside it are counted."""
EXTENT = re.compile(
    r"\A(?:(?:we|i|they|these|it|this|everything|the)\s+)?(?:(?:all\s+)?(?:counted|measured|all|both|numbers?|counts?|count|values|messages|everything|holds?)\s+)?"
    r"(?:is\s+|are\s+)?(?:counted\s+|given\s+|meant\s+)?(?:per|each|every|for\s+(?:each|every|one|a\s+single)|in\s+(?:each|every)|of\s+(?:each|every|one))\s+"
    r"(?:of\s+the\s+)?(?:\w+\s+)?\w+\Z", re.I)
"""A clause that only says of what a number is counted: 'per worker', 'for each layer'."""
PER_ONE = re.compile(r"(?<!\w)(?:per|for\s+(?:each|every|one)|by\s+each|in\s+each|from\s+each|to\s+each)\s+\w+", re.I)
ENGLISH = {
    "nachrichten": "messages", "nachricht": "message", "je": "each", "jeweils": "each", "jeder": "each", "jede": "each", "zu": "of", "mit": "with", "zahlen": "numbers", "runden": "rounds",
    "insgesamt": "in total", "gesamt": "total", "vorwärts": "forward", "rückwärts": "backward", "sendet": "sends", "pro": "per", "und": "and", "also": "so", "gewichte": "weights",
    "parametern": "parameters", "größe": "size", "paramètres": "parameters", "paramètre": "parameter", "nombre": "number", "nombres": "numbers", "hauteur": "height", "sortie": "output",
    "au": "in", "chacun": "each", "chaque": "each", "multiplications-additions": "multiply-adds", "le": "the", "la": "the", "de": "of", "il": "it", "avec": "with", "serait": "would be",
    "contient": "contains", "fois": "times", "plus grand": "as large", "têtes": "heads", "donc": "so", "et": "and", "envoie": "sends", "tours": "rounds",
}
"""German and French words of counts; read so in a text that holds one which is no English word."""
FOREIGN = re.compile(r"\b(?:nachrichten|zahlen|runden|insgesamt|vorwärts|rückwärts|sendet|gewichte|größe|paramètres|nombres?|hauteur|sortie|fois|chacun|têtes|chaque)\b", re.I)


def in_english(text: str) -> str:
    """The text with the German and French words of counts in English; unchanged where it holds none that is no English word."""
    if FOREIGN.search(text) is None:
        return text
    for said in sorted(ENGLISH, key=len, reverse=True):
        text = re.sub(rf"(?<![\w\\'-]){said}(?![\w'-])", ENGLISH[said], text, flags=re.I)
    return text
