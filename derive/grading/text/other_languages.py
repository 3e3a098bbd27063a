"""Programs in Julia, MATLAB and R, written as the Python that computes the same: abs.(g), sum(abs, g), c(1, 2), rep(x, 3), [m, k] = max(abs(g)); u(k) = m.

Only spellings that mean nothing else are rewritten, and only in a text that shows one of them.
"""

from __future__ import annotations

import re

MAX_TEXT = 2_000
_SHOWS = re.compile(r"\w\.\(|(?<![\d.])\.[*/^](?![*/^])|\bsum\(abs,|\b(?:rep|fill)\((?:[^()]|\([^()]*\)){1,40},\s*\d\)|\b(?:pinv|norm)\(\[-?[\d.]+\s"
    r"|(?<![\w.\\])c\(\s*-?[.\d][^()\n]{0,80},|\[\s*[\w~]+\s*,\s*\w+\s*\]\s*=\s*(?:max|min)\(|\bzeros\(size\(|\bzero\(\w\)|[\d)]\s+\.[*/^]")
_EMPHASISED = re.compile(r"(?:^|\s)\*[A-Z][A-Za-z ]{2,60}\.\*(?=\s)", re.M)  # '*Solution.* F': Markdown, and no product
_BROADCAST = re.compile(r"(?<=[A-Za-z])\.\(")
_DOTTED = re.compile(r"(?<![\d.])\.(?=[*/^](?![*/^]))|(?<=[\d)\]])\s\.(?=[*/^])")
_SUM_OF = re.compile(r"\bsum\((abs|sign|sqrt|abs2),\s*(\w+)\)")
_C = re.compile(r"(?<![\w.\\])c\(([^()]{1,200})\)")
_REPEAT = re.compile(r"\b(?:rep|fill)\((?P<x>(?:[^(),]|\([^()]*\)){1,60}?),\s*(?P<n>[1-9])\)")
_BOTH = re.compile(r"\[\s*(?P<m>\w+|~)\s*,\s*(?P<k>\w+)\s*\]\s*=\s*(?P<what>max|min)\((?P<of>[^;\n]{1,60})\)\s*(?=;|\n|$)")
_LIKE = re.compile(r"\bzeros\(size\((\w+)\)\)|\bzero\((\w+)\)")
_COMMENT = re.compile(r"\s*[#%]\s*(?:julia|matlab|octave|r)\b[^\n]{0,80}$", re.I | re.M)
_ROW = re.compile(r"\[\s*(-?[\d.]+(?:\s+-?[\d.]+)+)\s*\]")


_FENCED = re.compile(r"(?P<before>[^`]{0,400})```(?:matlab|octave|julia|jl|r)[ \t]*\n(?P<code>[^`]+?)\n?[ \t]*```(?P<behind>[^`]{0,400})", re.I)
_MATLAB = re.compile(r";[ \t]*%[^\n]*(?:\n|\Z)|\A[^%\n]*\.[*/^][^%\n]*[ \t]%[ \t][^\n]*\Z")
_COMMENTS = re.compile(r"[ \t]*[#%][^\n]*$", re.M)
_OPERAND = r"(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\w+(?:\((?:[^()]|\([^()]*\))*\))?)'?"
_LEFT_DIVIDED = re.compile(rf"(?P<a>{_OPERAND})\s*\\\s*(?P<b>{_OPERAND})")
_LINE = re.compile(r"(?:[A-Za-z]\w*\s*=(?!=)\s*)?(?:[\w\s()'*+/.,^-]|\\(?=[\s(]))+;?[ \t]*(?:%[^\n]*)?")
"""One line of MATLAB: no command of TeX, and no other sign."""
_LEFT = re.compile(r"[\w)'][ \t]\\[ \t][\w(]")
_NUMBER_OF = re.compile(r"\b(?:numel|length)\((?=\w+\))")


def _solved(code: str) -> str:
    """MATLAB's and Julia's A \\ b as the solution that it is."""
    return _NUMBER_OF.sub("len(", _LEFT_DIVIDED.sub(r"np.linalg.solve(\g<a>, \g<b>)", code)) if "\\" in code else _NUMBER_OF.sub("len(", code)


def as_python(text: str) -> str:
    """The text with such spellings written as in Python; unchanged where it shows none.

    >>> as_python("-a/2 * sum(abs, g) .* sign.(g)  # Julia"), as_python("rep(100/111, 3)")
    ('-a/2 * sum(abs(g))* sign(g)', '[100/111, 100/111, 100/111]')
    """
    if len(text) > MAX_TEXT or "$" in text:
        return text
    if (fenced := _FENCED.fullmatch(text)) is not None:
        text = f"{fenced['before']}```python\n{_solved(_COMMENTS.sub('', fenced['code']))}\n```{fenced['behind']}"
    elif "%" in text and _MATLAB.search(text) is not None:
        text = _COMMENTS.sub("", text)
    elif "\\" in text and _LINE.fullmatch(text.strip()) is not None and _LEFT.search(text) is not None:
        text = _COMMENTS.sub("", text).strip().rstrip(";")
        while (solved := _solved(text)) != text:
            text = solved
    if "\\" in text or _SHOWS.search(text) is None:
        return text
    if _EMPHASISED.search(text) is not None:
        return text
    told = _COMMENT.sub("", text)
    both = _BOTH.search(told)
    if both is not None:
        told = _BOTH.sub(lambda m: f"{m['k']} = np.arg{m['what']}({m['of']})" + ("" if m["m"] == "~" else f"; {m['m']} = np.{m['what']}({m['of']})"), told)
    made = {m[1] or m[2] for m in _LIKE.finditer(told)}
    if both is not None or made:  # u(k), of a vector
        index = both["k"] if both is not None else "k"
        told = re.sub(rf"\b([A-Za-z])\({re.escape(index)}\)", rf"\1[{index}]", told)
    told = _LIKE.sub(lambda m: f"np.zeros_like({m[1] or m[2]})", told)
    told = _SUM_OF.sub(r"sum(\1(\2))", _BROADCAST.sub("(", told))
    told = _ROW.sub(lambda m: f"[{', '.join(m[1].split())}]", _DOTTED.sub("", told))
    told = _REPEAT.sub(lambda m: f"[{', '.join([m['x'].strip()] * int(m['n']))}]", _C.sub(lambda m: f"[{m[1]}]" if "," in m[1] else m[0], told))
    return told.strip()
