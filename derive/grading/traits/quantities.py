"""What a clause names: the answer, one of the declared quantities by its letter or by what the statement says of it."""

from __future__ import annotations

from functools import lru_cache
from re import Pattern

from derive import patterns as re
from derive.grading.asides.values import formula
from derive.grading.keys import Key, kept
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.problem.model import Problem

_KIND = r"(?:resulting |optimal |final |whole |obtained |computed |minimi[sz]ing |required |total |recovered |limiting |limit |best |corresponding |derived |new |above )*"
THE = r"(?:the |this |that |our |my |its |such an? |an? )?"
ANSWER = (rf"(?:it|this|that|which|{THE}{_KIND}(?:update|step|answer|solution|minimi[sz]er|maximi[sz]er|result|limit|vector|point|optimum|direction|iterate|parameter vector|weight vector|"
          rf"formula|expression|"
          r"estimat(?:e|or)|projection|weights?|move|displacement|choice|argmin|optimi[sz]er))")
ENTRY = r"(?:entr(?:y|ies)|coordinates?|components?|elements?|weights?|parameters?|coefficients?)"
SIZE = r"(?:length|norm|size|magnitude|step[- ]length|step[- ]size|modulus|stepsize)"
NUMBER_WORDS = {w: k for k, w in enumerate("zero one two three four five six seven eight nine ten".split())} | {"a single": 1, "single": 1, "no": 0, "a": 1}


def answer_words(key: Key) -> str:
    """A pattern for what a text may call its answer: by words, and by the letter of the unknown."""
    return kept(key, "words for the answer", lambda: _answer_words(key))


def _answer_words(key: Key) -> str:
    symbol = key.problem.symbols.get(key.wanted.asked)
    names = [key.wanted.asked, *(symbol.aliases if symbol is not None else ())] if key.wanted.asked else []
    letters = "|".join(re.escape(n.lstrip("\\").replace("\\", "")) for n in names if n)
    return rf"(?:{ANSWER}|(?:the )?(?:{letters})(?:\^?\*|_infinity)?(?![\w(]))" if letters else ANSWER


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Pattern[str]:
    """A pattern that holds the words for an answer, compiled once."""
    return re.compile(pattern, re.I)


_VECTORS = {"gradient": "gradient", "gradients": "gradient", "feature": "feature", "features": "feature", "feature vector": "feature", "input": "feature",
    "data": "feature", "data point": "feature", "coefficients": "coefficient",
            "coefficient vector": "coefficient", "feature values": "feature", "data vector": "feature", "row": "coefficient"}
_SCALARS = {"step size": "step size", "learning rate": "step size", "stepsize": "step size", "radius": "radius", "number of workers": "number of workers", "workers": "number of workers",
            "number of parameters": "number of parameters", "parameters": "number of parameters", "parameter count": "number of parameters", "model size": "number of parameters",
            "size of the model": "number of parameters", "number of machines": "number of workers", "number of nodes": "number of workers", "penalty weight": "weight of the penalty",
            "budget": "radius", "size of the ball": "radius", "dimension": "number of parameters", "number of dimensions": "number of parameters"}
_AROUND = re.compile(r"^(?:the |a |its |all |every )?(?:(?:size|magnitude|length|norm|value|scale|entries|components) of (?:the )?)?|(?: (?:itself|vector|in size|in magnitude|in norm))+$", re.I)


def quantity(words: str, key: Key) -> Expr | None:
    """The declared quantity, or other formula, that words name: 'alpha', 'the gradient', 'the number of workers'."""
    words = words.strip(" .,;:")
    if not words or len(words) > 60:
        return None
    found = _told(words, key.problem) or _told(_AROUND.sub("", words), key.problem)
    if found is not None:
        return found
    words = _AROUND.sub("", words) if " of " in words else words
    if re.search(r"[A-Za-z]{3,} [A-Za-z]{2,}", words):
        return None
    return formula(words, key)


def _told(words: str, problem: Problem) -> Expr | None:
    low = words.lower().removeprefix("the ").removeprefix("whole ").removeprefix("entire ").removeprefix("full ")
    for table, vectors in ((_VECTORS, True), (_SCALARS, False)):
        says = table.get(low)
        if says is not None:
            named = [s for s in problem.symbols.values() if says in s.says and s.kind in ("value", "dimension") and bool(s.shape) is vectors and s.let is None]
            if vectors and not named and says == "coefficient":
                named = [s for s in problem.symbols.values() if "feature" in s.says and len(s.shape) == 1]
            if len(named) == 1:
                return E.dim(named[0].name) if named[0].kind == "dimension" else E.sym(named[0].name, named[0].shape)
    for s in problem.symbols.values():
        if words in (s.name, *(a.lstrip("\\") for a in s.aliases)):
            return E.dim(s.name) if s.kind == "dimension" else E.sym(s.name, s.shape) if s.kind == "value" else None
    return None


def number(words: str) -> int | None:
    """A small number in words or digits."""
    words = words.strip().lower()
    return int(words) if words.isdigit() and len(words) < 4 else NUMBER_WORDS.get(words)
