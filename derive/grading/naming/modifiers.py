"""Words beside the name of an optimizer that make it another rule.

"RMSprop without averaging", "Adam with β₁ = β₂ = 0", "the first step of Adam", "sign descent with
momentum", "normalised sign descent", "steepest descent in the max norm", "greedy coordinate descent".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from derive.derivation.optimizers import Rule, apply, catalogue
from derive.derivation.stepsize import Setting
from derive.grading.naming.norms import NORM, order_of
from derive.grading.naming.text import spoken
from derive.grading.naming.words import Mention
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

LEFT, RIGHT = 60, 160  # characters beside a name in which its modifiers stand


@dataclass(frozen=True)
class Named:
    """A mention with its modifiers.

    optimizer: id, '' where there is no rule; without: averages switched off; momentum, decay: added;
    normalized: direction divided by its norm of order `order` ('2' if none is said); selection: which
    coordinate, for coordinate descent; unclear: why no rule can be made of it, or ''.
    """

    mention: Mention
    optimizer: str
    without: frozenset[str] = frozenset()
    momentum: bool = False
    decay: bool = False
    normalized: bool = False
    order: str = ""
    unclear: str = ""

    def __str__(self) -> str:
        return self.says

    @property
    def says(self) -> str:
        """The rule in words."""
        o = catalogue().get(self.optimizer)
        if o is None:
            return self.mention.text
        tail = " without averages" if self.without and self.without == o.roles else ""
        tail = tail or (f" without the average of the {' and '.join(sorted(self.without))}" if self.without else "")
        head = "normalised " if self.normalized else ""
        return f"{head}{o.name}{tail}{' with momentum' * self.momentum}{' with weight decay' * self.decay}"


_OFF = (
    r"\b(?:without|with no|no|minus|sans|lacking|stripped of|free of|ignoring|dropping|omitting|removing|disabling"
    r"|(?:turn|switch)(?:ing|ed)? off)\b"
)
_ALL = (
    r"(?:averag\w+|emas?|memory|history|accumulat\w+|smoothing|moments?\b(?! estimation)|moment estimates?"
    r"|states?|past gradients"
    r"|previous gradients)"
)
_FIRST, _SECOND = r"(?:momentum|first[ -]moments?)", r"(?:second[ -]moments?(?: averag\w+)?|squared averag\w+)"
_WITHOUT = spoken(rf"{_OFF}([^.;)]{{0,60}})")
_SWITCHED = spoken(
    rf"\b({_ALL}|{_FIRST}|{_SECOND}) (?:(?:is|are|being|was|were|terms?|has been) )*(?:(?:turned|switched) off"
    rf"|removed|disabled"
    r"|dropped|ignored|omitted|off)\b"
)
_MEMORYLESS = spoken(
    r"\b(?:memoryless|stateless|(?:averaging|average|memory|history)[ -]free|no-averaging|un-?averaged"
    r"|non-?averaged|instantaneous"
    r"|(?:only|just) (?:uses? |using |on |with )?(?:the )?(?:current|present|latest"
    r"|instantaneous) (?:mini-?batch )?gradient"
    r"|(?:first|initial|single|very first) (?:step|iteration|update)|(?:step|iteration|t ?=) ?1\b)"
)
# "β₁ = β₂ = 0", "both betas set to zero": read token by token, so that no chain is tried twice.
_MEMORYLESS_LEFT = spoken(
    r"\b(?:memoryless|stateless|un-?averaged|(?:averaging|memory)-free|(?:first"
    r"|initial) (?:step|update) of) ?$"
)
_JOIN = spoken(r"^ ?(?:,|/|&|or|and|, or|, and|as well as) ?(?:of )?$")
_BETA_TOKEN = spoken(
    r"(?P<beta>(?:\\beta|β|\bbeta)(?:'?s\b)?(?: ?_ ?| )?\{?(?P<index>[12₁₂](?![\d.]))?\}?)"
    r"|(?P<zero>\b(?:0(?:\.0+)?|zero)\b(?![.\d]))"
    r"|(?P<link>=|,|&|→|\\to\b|:|\(|\b(?:and|both|all|are|is|set|equal|taken|to|at|of)\b)|(?P<space>\s+)"
    r"|(?P<other>\w+|\S)"
)
_MOMENTUM = spoken(
    r"\b(?:with|plus|and|using|has|including) (?:\w+ )?(?:\w+ )?momentum\b(?! (?:it |this |that )?(?:would|becomes))"
    r"|\bmomentum[ -](?:based )?$|\+ ?momentum"
    r"|\b(?:run|applied|evaluated|acting|working|based|taken|done) (?:on|to|with) (?:an? |the )?(?:(?:exponentially|decaying|weighted|moving|running|smoothed) )*(?:mean|average"
    r"|averages) of (?:the |past |all |previous |recent )*gradients?"
)
_MOMENTUM_ZERO = spoken(
    r"\b(?:no|zero|without)[^.;,]{0,20} momentum|momentum(?: \w+)? ?(?:=|of|set to|is|at|being)? ?(?:0(?![.\d])"
    r"|zero)|momentum-?free"
    r"|\b(?:without|not with|not using) momentum|\bno momentum|no-momentum"
)
_ZERO_FOLLOWS = spoken(
    r"[ =:(,]*(?:(?:coefficient|parameter|set|equal|to|of|β|\\beta|beta|is|being|=) ?)*(?:0(?:\.0+)?(?![.\d])|zero"
    r"|(?:turned |switched )?off\b)"
)
_DECAY = spoken(r"\b(?:with|plus|and) (?:\w+ )?weight decay\b")
_NORMALIZED = spoken(r"(?<!un)(?<!un-)(?<!non-)\bnormali[sz]ed (?:[\w-]+ ){0,2}$")
_REVISED = spoken(r"\b(?:simplified|ideali[sz]ed|modified) (?:version of |form of |variant of )?(?:the )?$")
_IN_NORM = spoken(r"(?:in|under|with respect to|wrt|for|relative to|using|of|with|\(|,) ?(?:the )?(?:unit )?$")
_NAMED_LEFT = spoken(r"\b(max|maximum|sup|infinity|inf|euclidean|taxicab|manhattan)[ -]?(?:norm)? ?-?$")
_BARE_ORDER = spoken(
    r"(?:\\ell|ℓ|\bell|\bl) ?[_-]? ?\{? ?(?P<order>1|₁|one|2|₂|two|\\infty|infinity|inf|∞|p|q)(?!\w) ?\}?(?P<named>)"
    r"(?=(?: |-)?(?:norm|geometry|ball|sense|steepest|normali[sz]ed|$))"
)
_GREEDY = spoken(r"\b(?:greedy|greedily|gauss|southwell|largest|biggest|maxim\w+|max|steepest|dominant|strongest)\b")
_BLIND = spoken(r"\b(?:random\w*|cyclic\w*|round[- ]robin|in turn|arbitrary)\b")
_ON_ONE = spoken(r"[ ,(]*(?:but )?(?:only |just )?(?:on|along|in|for) (?:only |just )?(?:the |a |one )(?:single |one )?(?:\w+ ){0,2}(?:coordinate|entry|component)\b")
_WITH_NORMALISATION = spoken(r"[ ,(]*(?:but )?with (?:gradient )?normali[sz]ation\b")
_LEAST = spoken(r"\b(?:smallest|least|lowest|minim\w+|weakest|second)[ -](?:largest[ -])?(?:absolute |partial )?(?:gradient|derivative|entr|coordinate|component|magnitude|\|)")
# "gradient descent with sign(g)", "SGD using only the signs"
_BY_SIGN = spoken(
    r"[ ,(]*(?:but )?(?:with|using|on|along|in the direction of|that uses|based on|by) (?:only |just |the |its )*"
    r"(?:(?:element|component|coordinate)-?wise )?\\?(?:signs?|sgn)\b(?! (?:step|momentum))"
)
_SIGNED = spoken(r"\bsign(?:ed|s)?\b")


def named(flat: str, mention: Mention, others: list[Mention]) -> Named:
    """A mention with the modifiers that stand beside it, up to the next name."""
    begin, stop = flat.rfind("\n", 0, mention.start) + 1, flat.find("\n", mention.end)
    stop = len(flat) if stop < 0 else stop
    before = max((m.end for m in others if m.end <= mention.start), default=0)
    left = flat[max(begin, mention.start - LEFT, before) : mention.start]
    right = flat[mention.end : min(stop, mention.end + RIGHT)]
    # "Adam or RMSprop without averaging": what follows a list belongs to each of its names.
    end = mention.end
    for m in others:
        if m.start >= end:
            if not _JOIN.match(flat[end : m.start]) or m.start >= stop:
                right = flat[end : min(stop, m.start, end + RIGHT)]
                break
            end = m.end
            right = flat[end : min(stop, end + RIGHT)]
    right = right.translate(str.maketrans("₀₁₂", "012"))
    if not mention.optimizer:
        return Named(mention, "", unclear="no update rule of this kind is declared for it")
    n = Named(
        mention,
        "sign-descent" if mention.optimizer == "gradient-descent" and _BY_SIGN.match(right) else mention.optimizer,
    )
    o = catalogue()[n.optimizer]
    if o.roles:
        # Words between two names belong to the first.
        off = _switched_off(left if before <= begin else "", right, o.roles)
        off |= o.roles if _MEMORYLESS_LEFT.search(left) else frozenset()
        if mention.text.lower().endswith("momentum") and _ZERO_FOLLOWS.match(right):
            off |= {"momentum"}
        n = replace(n, without=off)
        if _REVISED.search(left) and not n.without:
            n = replace(n, unclear="it does not say what is changed in it")
    elif (
        not o.state and not _MOMENTUM_ZERO.search(left + right) and (_MOMENTUM.search(right) or _MOMENTUM.search(left))
    ):
        n = replace(n, momentum=True)
    if _DECAY.search(right):
        n = replace(n, decay=True)
    if o.id == "gradient-descent" and _ON_ONE.match(right):
        n = replace(n, unclear="it is said to move one coordinate only")
    elif o.id == "gradient-descent" and _WITH_NORMALISATION.match(right):
        n = replace(n, unclear="it does not say how the gradient is normalised")
    if o.id.endswith("coordinate-descent") and _LEAST.search(right):
        n = replace(n, unclear="no rule that picks a small entry is declared")
    elif o.id == "coordinate-descent":
        n = replace(n, optimizer=_selected(flat[max(begin, mention.start - LEFT) : mention.start] + right))
    return _in_norm(n, left, right)


def _switched_off(left: str, right: str, roles: frozenset[str]) -> frozenset[str]:
    if _MEMORYLESS.search(right) or _MEMORYLESS.search(left):
        return roles
    off: set[str] = set()
    for side in (left, right):
        for words in [m.group(1) for m in _WITHOUT.finditer(side)] + [m.group(1) for m in _SWITCHED.finditer(side)]:
            partial = re.sub(rf"{_FIRST}|{_SECOND}", "", words, flags=re.IGNORECASE)
            off |= roles if spoken(_ALL).search(partial) else set()
            off |= {"momentum"} if spoken(_FIRST).search(words) else set()
            off |= {"squares"} if spoken(_SECOND).search(words) else set()
        off |= roles if "" in (zeros := _zeroed(side)) else {"momentum" if i == "1" else "squares" for i in zeros}
        if re.search(
            r"(?i)\bmomentum ?(?:=|of|coefficient (?:of|=))? ?(?:0(?![.\d])|zero)|momentum-?free|\bno-momentum", side
        ):
            off.add("momentum")
    return frozenset(off & roles)


def _zeroed(side: str) -> set[str]:
    """The decays that a text sets to 0: '1', '2', or '' for all of them."""
    out: set[str] = set()
    chain: set[str] = set()
    for m in _BETA_TOKEN.finditer(side):
        if m.lastgroup == "zero":
            out |= chain
            chain = set()
        elif m.group("beta"):
            chain.add((m.group("index") or "").translate(str.maketrans("₁₂", "12")))
        elif m.group("other"):
            chain = set()
    return out


def _selected(beside: str) -> str:
    """Which rule 'coordinate descent' is, from the words beside it; the family if none says."""
    if _BLIND.search(beside):
        return "cyclic-coordinate-descent"
    if not _GREEDY.search(beside):
        return "coordinate-descent"
    return "greedy-sign-coordinate-descent" if _SIGNED.search(beside) else "greedy-coordinate-descent"


_STEEPEST = {
    "1": "greedy-coordinate-descent",
    "2": "gradient-descent",
    "inf": "steepest-descent-linf",
    "p": "steepest-descent-lp",
    "q": "steepest-descent-lp",
}


def _in_norm(n: Named, left: str, right: str) -> Named:
    """Normalisation, and the norm in which a descent is steepest."""
    words = n.mention.text.lower()
    near = right[:60]
    if "steepest" in words and n.optimizer in ("gradient-descent", "normalized-gradient-descent"):
        order = _order_near(left[-30:], near)
        is_normal = (
            n.optimizer == "normalized-gradient-descent"
            or bool(_NORMALIZED.search(left))
            or "normali" in left[-30:].lower()
        )
        if re.search(r"(?i)non-?euclidean", left) and not order:
            return replace(n, unclear="it does not say in which norm the descent is steepest")
        return replace(n, optimizer=_STEEPEST[order or "2"], normalized=is_normal, order=order or "2")
    if n.optimizer == "normalized-gradient-descent":
        m = list(NORM.finditer(left[-30:])) or list(_BARE_ORDER.finditer(left[-30:]))
        return replace(n, optimizer="gradient-descent", normalized=True, order=order_of(m[-1])) if m else n
    if _NORMALIZED.search(left):
        m = list(_BARE_ORDER.finditer(left[-30:]))
        return replace(n, normalized=True, order=order_of(m[-1]) if m else "2")
    return n


def _order_near(left: str, right: str) -> str:
    """The norm that is named directly before, or after 'in', 'under', 'with respect to', ..."""
    for pattern in (NORM, _BARE_ORDER):
        before = [
            m for m in pattern.finditer(left) if not left[m.end() :].strip(" -") or "normali" in left[m.end() :].lower()
        ]
        if before:
            return order_of(before[-1])
        for m in pattern.finditer(right):
            lead = right[: m.start()] + (" the " if m.group().lower().startswith(" the") else "")
            if _IN_NORM.search(lead.rstrip() + " ") or _IN_NORM.search(lead):
                return order_of(m)
    named_norm = _NAMED_LEFT.search(left)
    if named_norm:
        return {"euclidean": "2", "taxicab": "1", "manhattan": "1"}.get(named_norm.group(1).lower(), "inf")
    return ""


def rule_of(n: Named, setting: Setting) -> Rule:
    """The update rule that a name with its modifiers stands for, on the gradient of a problem.

    Momentum puts m' = β m + g in place of g, weight decay g + λ θ; a normalised rule is divided by its
    own norm.
    """
    gradient: Expr = setting.gradient
    shape = gradient.shape
    free: list[Symbol] = []

    def fresh(name: str, shape_of: E.Shape, domain: str) -> Expr:
        while name in setting.symbols:
            name += "'"
        free.append(Symbol(name, shape_of, domain))
        return E.sym(name, shape_of)

    if n.momentum:
        gradient = E.add(E.mul(fresh("beta", (), "unit"), fresh("m", shape, "real")), gradient)
    if n.decay and n.optimizer != "adamw":
        gradient = E.add(gradient, E.mul(fresh("lambda", (), "positive"), fresh("theta", shape, "real")))
    rule = apply(catalogue()[n.optimizer], gradient, {**setting.symbols, **{s.name: s for s in free}}, n.without)
    direction, formula = rule.direction, rule.formula
    if n.normalized:
        orders = {"1": E.ONE, "inf": E.INF, "p": E.sym("p"), "q": E.sym("q")}
        p = orders.get(n.order, E.TWO)
        p = E.TWO if p.op == "sym" and p.data not in setting.symbols else p
        direction = E.div(direction, E.norm(direction, p))
        formula = E.mul(E.sym("eta"), direction)
    return replace(
        rule, direction=direction, formula=formula, free=(*free, *rule.free), remembers=rule.remembers or n.momentum
    )
