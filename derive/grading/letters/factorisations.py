"""Letters that a text introduces by a factorisation of a declared matrix: 'the SVD X = sum_i sigma_i u_i v_i^T', 'X = QR', 'S = L L^T', 'S = U diag(lambda) U^T'.

They stand for factors that the matrix determines, up to signs on which no right answer depends. Without a declared x the rows of X are x_i, as everybody
writes them. What is read with these letters is put back into declared symbols.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from derive import patterns as re
from derive.grading.finding.candidates import puts_right
from derive.grading.finding.wanted import Alternative, Interpretation, Member, Reply, Wanted
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.symbols import Symbol

MOST_TEXT = 6_000
_T = r"\s*\^?\s*\{?\s*(?:\\top|\\intercal|\\mathsf\s*\{?T\}?|\\mathrm\{T\}|\\T\b|[Tᵀ⊤'])\s*\}?"
_I = r"\s*_\s*\{?\s*[ijk]\s*\}?\s*"
_THIN = r"(?:\\[,;:! ]|\s|\\cdot){0,8}"
_SUM = r"(?:\\sum|[∑Σ]|(?<![A-Za-z\\])sum(?![A-Za-z]))" + _THIN + r"(?:\\limits)?\s*(?:_\s*(?:\{[^{}]*\}|\w))?\s*(?:\^\s*(?:\{[^{}]*\}|\w))?" + _THIN
_MATRIX = r"(?<![A-Za-z\\])(?P<X>[A-Z]|\\tilde\s*[A-Z])\s*&?=\s*"
_VALUES = r"(?P<s>\\(?:sigma|lambda|mu|nu|rho|gamma|omega)(?![A-Za-z])|[σλμνργω]|s|d)"
_SINGULAR_SUM = re.compile(_MATRIX + _SUM + _VALUES + _I + _THIN + r"(?P<u>[a-z])" + _I + _THIN + r"(?P<v>[a-z])" + _I[:-3] + _T)
_DIAGONAL = (
    r"(?:(?P<S>\\Sigma|Σ|\\Lambda|Λ|[SD])"
    r"|(?:\\operatorname\s*\{\s*diag\s*\}|\\mathrm\s*\{\s*diag\s*\}|\\text\s*\{\s*diag\s*\}|\\diag|diag)\s*(?:\\left)?\(\s*" + _VALUES + r"\s*(?:_\s*\{?[ijk]\}?)?\s*(?:\\right)?\))")
_PRODUCT = re.compile(_MATRIX + r"(?P<U>[A-Z])" + _THIN + _DIAGONAL + _THIN + r"(?P<V>[A-Z])" + _T)
_PAIR = re.compile(_MATRIX + r"(?P<Q>[A-Z])" + _THIN + r"(?P<R>[A-Z])(?P<t>" + _T + r")?(?![A-Za-z_^'ᵀ])")
_SVD = re.compile(r"\bSVD\b|\bsingular\b", re.I)
_OTHER_ORDER = re.compile(r"(?:\\sigma|σ)\s*(?:_\s*\{?1\}?|₁)\s*\$?\s*(?:(?:is|being|,)?\s*(?:the\s+)?(?:smallest|least)|\\le|≤|<)", re.I)
_EIGEN = re.compile(r"\beigen|\bspectral\b|\bdiagonali[sz]", re.I)
_QR = re.compile(r"\bQR\b(?=[ -]*(?:factori|decompos|of\b))|\bGram[- ]Schmidt\b|\borthonormal columns\b|\bupper[- ]triangular\b", re.I)
_CHOLESKY = re.compile(r"\bcholesky\b|\blower[- ]triangular\b", re.I)


_DEFINED = re.compile(r"(?<![A-Za-z\\_^])(\\?[A-Za-z]+|[σλΣΛ])\s*(?:_\s*\{?\s*[ijk]\s*\}?)?\s*&?:?=(?!=)")


def _plain(name: str) -> str:
    return _GREEK.get(name, name.lstrip("\\"))


_GREEK = {"σ": "sigma", "λ": "lambda", "Σ": "Sigma", "Λ": "Lambda", "μ": "mu", "ν": "nu", "ρ": "rho", "γ": "gamma", "ω": "omega"}


def introduced(text: str, wanted: Wanted) -> dict[str, Expr]:
    """The letters that a text introduces as factors of declared matrices, each with what it stands for."""
    has_matrices = wanted.scope.cache.get("matrices")
    if has_matrices is None:
        has_matrices = wanted.scope.cache["matrices"] = any(len(s.shape) == 2 for s in wanted.scope.symbols.values())
    if not has_matrices or len(text) > MOST_TEXT:
        return {}
    out: dict[str, Expr] = {}

    def matrix(name: str, symmetric: bool = False) -> Expr | None:
        s = next((s for s in wanted.scope.symbols.values() if s.kind == "value" and (s.name == name or name in s.aliases)), None)
        if s is None or len(s.shape) != 2 or s.name in (wanted.asked, *wanted.unknowns) or (symmetric and s.domain not in ("spd", "symmetric")):
            return None
        return E.sym(s.name, s.shape)

    def put(name: str, value: Callable[[], Expr]) -> None:
        free = not wanted.scope.writes(_plain(name)) and not wanted.scope.writes(name) and _plain(name) not in wanted.scope.dims
        if free or _free_alias(_plain(name), text, wanted):
            out.setdefault(_plain(name), value())

    for m in _SINGULAR_SUM.finditer(text):
        if m["u"] != m["v"] and (x := matrix(m["X"])) is not None and (_SVD.search(text) or (m["s"] in ("\\sigma", "σ") and m["u"] + m["v"] == "uv" and not _OTHER_ORDER.search(text))):
            put(m["s"], lambda x=x: E.svd(x, "s"))  # type: ignore[misc]
            put(m["u"], lambda x=x: E.transpose(E.svd(x, "u")))  # type: ignore[misc]
            put(m["v"], lambda x=x: E.transpose(E.svd(x, "v")))  # type: ignore[misc]
        elif m["u"] == m["v"] and (x := matrix(m["X"], True)) is not None:
            put(m["s"], lambda x=x: E.eig(x, "values"))  # type: ignore[misc]
            put(m["u"], lambda x=x: E.transpose(E.eig(x, "vectors")))  # type: ignore[misc]
    for m in _PRODUCT.finditer(text):
        middle = _plain(m["s"] or m["S"])
        if m["U"] != m["V"] and (x := matrix(m["X"])) is not None and _SVD.search(text):
            put(m["U"], lambda x=x: E.svd(x, "u"))  # type: ignore[misc]
            put(m["V"], lambda x=x: E.svd(x, "v"))  # type: ignore[misc]
            for name, side in ((m["U"], "u"), (m["V"], "v")):
                if _indexed(name.lower(), text):
                    put(name.lower(), lambda x=x, side=side: E.transpose(E.svd(x, side)))  # type: ignore[misc]
            put(middle, lambda x=x, m=m: E.svd(x, "s") if m["s"] else E.diag(E.svd(x, "s")))  # type: ignore[misc]
        elif m["U"] == m["V"] and (x := matrix(m["X"], True)) is not None and (middle in ("lambda", "Lambda") or _EIGEN.search(text)):
            put(m["U"], lambda x=x: E.eig(x, "vectors"))  # type: ignore[misc]
            if _indexed(m["U"].lower(), text):
                put(m["U"].lower(), lambda x=x: E.transpose(E.eig(x, "vectors")))  # type: ignore[misc]
            put(middle, lambda x=x, m=m: E.eig(x, "values") if m["s"] else E.diag(E.eig(x, "values")))  # type: ignore[misc]
    for m in _PAIR.finditer(text):
        if m["Q"] == m["R"] and m["t"] and _CHOLESKY.search(text) and (x := matrix(m["X"], True)) is not None:
            put(m["Q"], lambda x=x: E.chol(x))  # type: ignore[misc]
        elif m["Q"] != m["R"] and not m["t"] and _QR.search(text) and (x := matrix(m["X"])) is not None:
            put(m["Q"], lambda x=x: E.qr(x, "q"))  # type: ignore[misc]
            put(m["R"], lambda x=x: E.qr(x, "r"))  # type: ignore[misc]
    defined = {_plain(m[1]) for m in _DEFINED.finditer(text)}
    if defined & out.keys():
        return {}  # the text says otherwise what a letter is
    out |= _columns(text, wanted, out)
    return out | _rows(text, wanted, out)


_DECOMPOSED = re.compile(r"(?<![A-Za-z\\])(?P<X>[A-Za-z])\s*&?=\s*(?P<U>[A-Z])" + _THIN + _DIAGONAL + _THIN + r"(?P<V>[A-Z])" + _T)


def decomposes_another(text: str, wanted: Wanted, formula: int) -> str:
    """A decomposition of one declared matrix whose values are a letter that is declared to hold those of another: 'Q = V diag(lambda) V^T'.

    formula: where the answer stands; what belongs to an attempt that is taken back before it does not count.
    """
    if len(text) > MOST_TEXT or not (_EIGEN.search(text) or _SVD.search(text)):
        return ""
    symbols = wanted.scope.symbols.values()
    for m in _DECOMPOSED.finditer(text):
        middle, name = _plain(m["s"] or m["S"]), m["X"]
        values = next((s.let for s in symbols if s.let is not None and (s.name == middle or middle in (a.lstrip("\\") for a in s.aliases))), None)
        own = next((s for s in symbols if s.kind == "value" and (s.name == name or name in s.aliases)), None)
        of = next((x.args[0] for x in E.walk(values) if x.op in ("eig", "svd")), None) if values is not None else None
        if of is not None and own is not None and of.op == "sym" and of.data != own.name and not puts_right(text[m.end() : max(formula, m.end())]):
            return m.group().strip()
    return ""


def _indexed(name: str, text: str) -> bool:
    """Whether a small letter stands for the columns of its capital: everywhere with an index."""
    used = re.findall(rf"(?:(?<![A-Za-z\\])|(?<=_[ijk1])){name}(?![A-Za-z])(\s*_\s*\{{?\s*[ijk\d]\s*\}}?)?", text)
    return bool(used) and all(used)


def _free_alias(name: str, text: str, wanted: Wanted) -> bool:
    """Whether a letter is another notation of the unknown that the text leaves alone: it gives the unknown under its first name, and
    writes the letter with an index everywhere."""
    if not wanted.asked or name == wanted.asked or name in wanted.scope.symbols or re.search(rf"(?<![A-Za-z\\]){re.escape(wanted.asked)}\s*=(?!=)", text) is None:
        return False
    if name not in wanted.scope.symbols[wanted.asked].aliases or any(name in s.aliases for n, s in wanted.scope.symbols.items() if n != wanted.asked):
        return False
    return all(re.match(r"\s*_\s*\{?\s*[ijk]\s*\}?", text[m.end() :]) for m in re.finditer(rf"(?:(?<![A-Za-z\\])|(?<=_[ijk])){re.escape(name)}(?![A-Za-z])", text))


_COLUMNS = re.compile(
    r"(?<![A-Za-z\\])\$?(?P<a>[a-z])_\{?(?:[ijk]|1)\}?\$?(?:\s*,\s*(?:\\[lc]?dots|…|\.\.\.)\s*,\s*(?P=a)_\{?\w\}?\$?)?"
    r"(?:(?:\s*,\s*|\s*,?\s+and\s+)\$?(?P<b>[a-z])_\{?[ijk]\}?\$?)?\s*,?\s*(?:is|are|denotes?|being|=|for)?\s+(?:the\s+)?(?:\$?[ijk]\$?\s*-?\s*(?:th)?\s+)?columns?\s+of\s+(?:the\s+)?"
    r"\$?(?P<X>[A-Z])\b\$?(?:(?:\s*,\s*|\s*,?\s+and\s+)\$?(?P<Y>[A-Z])\b\$?)?")
_LOWERED = str.maketrans("ᵢⱼₖ₁", "ijk1")


def _columns(text: str, wanted: Wanted, known: dict[str, Expr]) -> dict[str, Expr]:
    """Letters for columns: those that a text calls so ('q_j is the j-th column of Q'), and u_i, v_i of declared singular vectors or eigenvectors U, V."""
    matrices = {n: s for s in wanted.scope.symbols.values() if len(s.shape) == 2 and s.kind == "value" and s.name != wanted.asked for n in (s.name, *s.aliases)}

    def free(letter: str) -> bool:
        return not wanted.scope.writes(letter) and letter not in wanted.scope.dims and letter not in known

    out: dict[str, Expr] = {}
    shown = re.sub(r"[ᵢⱼₖ₁]", lambda m: "_" + m[0].translate(_LOWERED), text)
    for m in _COLUMNS.finditer(shown) if "column" in text else ():
        for letter, name in ((m["a"], m["X"]), (m["b"], m["Y"])):
            s = matrices.get(name or "")
            if letter and s is not None and free(letter):
                out[letter] = E.transpose(E.sym(s.name, s.shape))
    for name, s in matrices.items():
        if s.let is None or s.let.op not in ("svd", "eig") or len(name) != 1 or not free(name.lower()) or name.lower() in out or name.lower() == name:
            continue
        used = re.findall(rf"(?:(?<![A-Za-z\\])|(?<=_[ijk])){name.lower()}(?![A-Za-z])(\s*_\s*(?:\{{\s*[ijk1]\s*\}}|[ijk1]))?", shown)
        if used and all(used) and "row" not in text.lower():
            out[name.lower()] = E.transpose(E.sym(s.name, s.shape))
    for s in wanted.scope.symbols.values():  # u_i v_i^T beside declared left singular vectors u_i of a matrix
        let = s.let
        if let is None or let.op != "T" or let.args[0].op != "svd" or let.args[0].data not in ("u", "v"):
            continue
        other = {"u": "v", "v": "u"}[let.args[0].data]
        used = re.findall(rf"(?:(?<![A-Za-z\\])|(?<=_[ijk])){other}(?![A-Za-z])(\s*_\s*(?:\{{\s*[ijk1]\s*\}}|[ijk1]))?", shown)
        if s.name == let.args[0].data and free(other) and other not in out and used and all(used) and "row" not in text.lower():
            out[other] = E.transpose(E.svd(let.args[0].args[0], other))
    return out


def _rows(text: str, wanted: Wanted, known: dict[str, Expr]) -> dict[str, Expr]:
    """x as the rows of the declared X, where the text writes x_i and no other x, and says nothing of columns."""
    out: dict[str, Expr] = {}
    for s in wanted.scope.symbols.values():
        small = s.name.lower()
        if len(s.shape) != 2 or len(s.name) != 1 or small == s.name or s.domain in ("spd", "symmetric") or s.kind != "value" or s.name == wanted.asked or s.let is not None:
            continue
        if wanted.scope.writes(small) or small in wanted.scope.dims or small in known or "column" in text.lower() or len({s.shape[0], s.shape[1]}) == 1:
            continue
        shown = re.sub(r"[ᵢⱼₖ]", lambda m: "_" + m[0].translate(_LOWERED), text)
        used = re.findall(rf"(?:(?<![A-Za-z\\])|(?<=_[ijk])){small}(?![A-Za-z])(\s*_\s*(?:\{{\s*[ijk]\s*\}}|[ijk]))?", shown)
        if used and all(used):
            out[small] = E.sym(s.name, s.shape)
    return out


_ROWS = re.compile(
    r"\$?\b(?P<row>[a-z])_\{?[ijk]\}?(?:\^\{?(?:\\top|T|\\intercal|\\mathsf\{T\})\}?|ᵀ)?\$?\s*(?:,|is|are|denotes?|being|=)?\s+(?:the\s+)?(?:\$?[ijk]\$?\s*-?\s*(?:th)?\s+)?rows?\s*(?:\$?[ijk]\$?\s*)?of\s+\$?(?P<matrix>[A-Z])\b\$?")


def rows_named(text: str, wanted: Wanted) -> str:
    """'x_i is the i-th row of X': the text with X_i for x_i, without the remark."""
    m = _ROWS.search(text) if "row" in text and len(text) < 4000 else None
    if m is None or m.group("row") in wanted.scope.symbols:
        return text
    matrix = next((s for s in wanted.scope.symbols.values() if s.name == m.group("matrix") or m.group("matrix") in s.aliases), None)
    if matrix is None or len(matrix.shape) != 2:
        return text
    head = re.sub(r"[\s,(]*(?:\bwhere\b|\bwith\b|\band\b|\bhere\b)?[\s,]*$", "", text[: m.start()], flags=re.I)
    name = matrix.name  # a command such as \\max_i is no row
    return re.sub(rf"\\[A-Za-z]+|{m.group('row')}(?=_)", lambda k: k.group() if k.group()[0] == "\\" else name, head + text[m.end() :])


def with_letters(wanted: Wanted, letters: dict[str, Expr]) -> Wanted:
    """What is looked for, in a scope that holds these letters, too."""
    symbols = {n: Symbol(n, e.shape, let=e) for n, e in letters.items()}
    declared = {n: replace(s, aliases=tuple(a for a in s.aliases if a not in letters)) for n, s in wanted.scope.symbols.items()}
    return replace(wanted, scope=replace(wanted.scope, symbols={**declared, **symbols}, cache={}))


def in_declared(reply: Reply, letters: dict[str, Expr]) -> Reply:
    """The reply with what the letters stand for."""
    values = {E.sym(n, e.shape): e for n, e in letters.items()}

    def put(e: Expr) -> Expr:
        return E.replace(e, values)

    def told(i: Interpretation) -> Interpretation:
        members = tuple(Member(put(m.expr), m.approximate) for m in i.members)
        return replace(i, members=members, said=tuple(map(put, i.said)), conditions=tuple(map(put, i.conditions)))

    def shown(a: Alternative) -> Alternative:
        return replace(a, interpretations=tuple(map(told, a.interpretations)))

    return replace(reply, alternatives=tuple(map(shown, reply.alternatives)))


_CALLED = r"(?:thin|reduced|compact|full|QR|SVD|Cholesky|eigen\w*|spectral|singular[ -]value|decomposition|factori[sz]ation|factor)"
_INTRODUCED = re.compile(
    r"(?:[,;]\s{0,4})?\b(?:where|with|for|using|given)\s+(?:the\s+)?(?:" + _CALLED + r"\s+)*"
    r"(?P<X>[A-Z])\s*=\s*[^,;.=]{2,40}?(?:\s+(?:is|being|denotes)\s+(?:the|a|its)\s+(?:" + _CALLED + r"\s*)+)?[.\s]*$")


def without_introduction(text: str) -> str:
    """'w = R^-1 Q^T y, where X = QR is the QR factorization' without the clause, in a text whose formulas have no delimiters."""
    if any(c in text for c in "$\\\n"):
        return text
    m = _INTRODUCED.search(text)
    return text if m is None or not text[: m.start()].strip() else text[: m.start()].rstrip()


_BARS = r"(?:\\left\s*\||\\lvert|\\vert|\|)\s*{0}\s*(?:\\right\s*\||\\rvert|\\vert|\|)"


def with_absolute_named(text: str, wanted: Wanted) -> str:
    """'|S|' of a matrix that the text defines, |S| = U diag(|lambda|) U^T, under a letter of its own; it is no modulus of entries."""
    if ("|" not in text and "vert" not in text) or len(text) > MOST_TEXT:
        return text
    for s in wanted.scope.symbols.values():
        if len(s.shape) != 2 or len(s.name) != 1 or s.name == wanted.asked:
            continue
        bars = _BARS.format(re.escape(s.name))
        if re.search(bars + r"\s*&?=(?!=)", text) is None:
            continue
        fresh = next((c for c in "BHJKMPCFEZ" if re.search(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])", text) is None and not wanted.scope.writes(c)), None)
        if fresh is not None:
            text = re.sub(bars, f" {fresh} ", text)
    return text
