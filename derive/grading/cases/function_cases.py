"""A function of the text's own that is told by cases between formulas: '$h(t) = A$ for $c$ and $h(t) = B$ for $d$' as one formula."""

from __future__ import annotations

from derive import patterns as re

_SIGN = re.compile(r"[<>≤≥≠]|\\(?:leq?|geq?|lt|gt|neq?|leqslant|geqslant)(?![A-Za-z])")
_HEAD = r"(?P<head>\\?[A-Za-z]+(?:_\{?\\?[A-Za-z]+\}?)?\s*\(\s*(?P<t>[A-Za-z])\s*\))\s*=\s*"
_ENTRYWISE = re.compile(r"(?<=with\s)\$(?!\$)\s*(?P<head>(?P<t>[a-z])_(?:\{[ijk]\}|[ijk]))\s*=\s*(?P<v>[^$=]{1,200})\$\s*,?\s*(?:for|if|when)\s+\$(?!\$)(?P<c>[^$]{1,120})\$")
_NEXT_ENTRY = re.compile(r"\s*[,;]?\s*(?:and\s+)?\$(?!\$)\s*(?P<head>[a-z]_(?:\{[ijk]\}|[ijk]))\s*=\s*(?P<v>[^$=]{1,200})\$\s*,?\s*(?:(?:for|if|when)\s+\$(?!\$)(?P<c>[^$]{1,120})\$|otherwise|else)")
_CASE = r"(?P<v>[^$=]{1,200})\$\s*,?\s*(?:for|if|when)\s+\$(?!\$)(?P<c>[^$]{1,120})\$"
_FIRST = re.compile(r"\$(?!\$)\s*" + _HEAD + _CASE)
_NEXT = re.compile(r"\s*[,;]?\s*(?:and\s+|but\s+)?\$(?!\$)\s*(?:(?P<head>\\?[A-Za-z]+(?:_\{?\\?[A-Za-z]+\}?)?\s*\(\s*[A-Za-z]\s*\))\s*=\s*)?" + _CASE)
_REST = re.compile(r"\s*[,;]?\s*(?:and\s+|but\s+)?(?:(?:otherwise|else)\s+\$(?!\$)(?:(?P<head>[^$=()]{1,20}\([^$=()]\))\s*=\s*)?(?P<v>[^$=]{1,200})\$"
                   r"|\$(?!\$)\s*(?:(?P<head2>[^$=()]{1,20}\([^$=()]\))\s*=\s*)?(?P<v2>[^$=]{1,200})\$\s*,?\s*(?:otherwise|else)\b)")
_ENTRY = re.compile(r"(?:with|where|writing|for)\s+\$\s*(?P<t>[a-z])\s*=\s*(?P=t)_\{?[ijk]\}?\s*\$")


def _entries_whole(text: str) -> str:
    """'with $h_i = A$ if $c$, $h_i = B$ if $d$' as one formula by cases for the entries of a vector of the text's own."""
    m = _ENTRYWISE.search(text) if "with $" in text else None
    if m is None:
        return text
    pairs, end = [(m["v"], m["c"])], m.end()
    while (following := _NEXT_ENTRY.match(text, end)) is not None and _same(following["head"], m["head"]):
        pairs.append((following["v"], following["c"] or ""))
        end = following.end()
    if len(pairs) < 2 or any(c and not _SIGN.search(c) for _, c in pairs):
        return text
    rows = r" \\ ".join(f"{v.strip(' .,;')} & {c.strip()}" if c else rf"{v.strip(' .,;')} & \text{{otherwise}}" for v, c in pairs)
    return rf"{text[: m.start()]}${m['head']}=\begin{{cases}} {rows} \end{{cases}}${text[end:]}"


def with_functions_whole(text: str) -> str:
    """The text with every function that is told by at least two cases written as one formula."""
    text = _entries_whole(text)
    out: list[str] = []
    place = 0
    for m in _FIRST.finditer(text):
        if m.start() < place:
            continue
        pairs, end = [(m["v"], m["c"])], m.end()
        while (following := _NEXT.match(text, end)) is not None and _same(following["head"], m["head"]):
            pairs.append((following["v"], following["c"]))
            end = following.end()
        last = _REST.match(text, end)
        if last is not None and _same(last["head"] or last["head2"], m["head"]):
            pairs.append((last["v"] or last["v2"], ""))
            end = last.end()
        if len(pairs) < 2 or any(c and not (_SIGN.search(c) and re.compile(rf"(?<![A-Za-z\\]){m['t']}(?![A-Za-z])").search(c)) for _, c in pairs):
            continue
        rows = r" \\ ".join(f"{v.strip(' .,;')} & {c.strip()}" if c else rf"{v.strip(' .,;')} & \text{{otherwise}}" for v, c in pairs)
        out += [text[place : m.start()], rf"${m['head']}=\begin{{cases}} {rows} \end{{cases}}$"]
        place = end
    return _under_another_letter("".join(out) + text[place:])


_SCALAR = re.compile(r"(?P<f>(?<![A-Za-z\\])[A-Za-z](?:_\{?\\?[A-Za-z]+\}?)?\s*)\(\s*(?P<t>[A-Za-z])\s*\)=\\begin\{cases\}(?P<rows>.{1,600}?)\\end\{cases\}", re.S)


def _renamed(m: re.Match[str]) -> str:
    """A function with its parameter under a letter that nothing else uses: 's' may be a declared vector, of whose entries the function is taken."""
    letter = next((c for c in "tyqwz" if re.compile(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])").search(m.string) is None), "")
    name = re.compile(rf"(?<![A-Za-z\\]){m['t']}(?![A-Za-z_])")
    return f"{m['f']}({letter})=\\begin{{cases}}{name.sub(letter, m['rows'])}\\end{{cases}}" if letter else m.group()


def _same(again: str | None, head: str) -> bool:
    return again is None or "".join(again.split()) == "".join(head.split())


def _under_another_letter(text: str) -> str:
    """'with $v=v_i$: $m(v)=\\begin{cases}...$' with the parameter under a letter that the text does not use: v is an entry there, and no vector."""
    said = _ENTRY.search(text) if "cases" in text else None
    if said is None:
        return _SCALAR.sub(_renamed, text) if "cases" in text else text
    letter = next((c for c in "tzyqw" if re.compile(rf"(?<![A-Za-z\\]){c}(?![A-Za-z])").search(text) is None), "")
    v = said["t"]
    defined = re.compile(rf"(?P<f>(?<![A-Za-z\\])[A-Za-z]\s*)\(\s*{v}\s*\)\s*=\s*\\begin\{{cases\}}.*?\\end\{{cases\}}", re.S)
    found = list(defined.finditer(text))
    if not letter or len(found) != 1:
        return text
    m = found[0]
    renamed = re.compile(rf"(?<![A-Za-z\\]){v}(?![A-Za-z_])").sub(letter, m.group())
    return (text[: m.start()] + renamed + text[m.end() :]).replace(said.group(), "", 1)
