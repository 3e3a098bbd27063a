"""The cells of a table in a text: Markdown, LaTeX, HTML, JSON, or told line by line; rows and columns by name, either way round."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from derive import patterns as re
from derive.grading.counts.message_sizes import with_size_last
from derive.grading.keys import Key
from derive.grading.tables.column_lines import by_columns
from derive.grading.tables.row_tuples import by_numbers, by_tuples
from derive.grading.text.grids import MAX_CELLS, html_grid, json_grid, latex_grid, markdown_grid

_COLUMNS = {"messages": re.compile(r"\b(?:number|#|count|how many|messages?)\b", re.I), "size": re.compile(r"\b(?:sizes?|lengths?|volumes?|param(?:eter)?s|payloads?|per message)\b", re.I)}
_NUMBER_OF = re.compile(r"number|count|#|how many", re.I)


@dataclass(frozen=True)
class Cell:
    """One cell: row and column ids, the text that stands there."""

    row: str
    column: str
    text: str


def find_cells(text: str, key: Key) -> list[Cell]:
    """The cells of the first table whose rows can be matched; rows and columns by name, either way round."""
    grids = [g for g in (json_grid(text), markdown_grid(text), latex_grid(text), html_grid(text), _rows_alone(text, key), _lines(text, key), _columns_first(text, key)) if g]
    whole = {(r, c) for r in key.part.rows for c in key.part.columns}
    for grid in (g for g in (json_grid(text), markdown_grid(text), latex_grid(text), html_grid(text)) if g and sum(map(len, g)) <= MAX_CELLS):
        for turned in (grid, [list(r) for r in zip(*grid, strict=False)]):
            cells = _match(turned, key)
            if len(cells) == len(whole) and {(c.row, c.column) for c in cells} == whole:
                return cells  # a table that says all; what stands beside it explains
    best: list[Cell] = []
    for grid in (g for g in grids if sum(map(len, g)) <= MAX_CELLS):
        for turned in (grid, [list(r) for r in zip(*grid, strict=False)]):
            cells = _match(turned, key)
            if len(cells) > len(best):
                best = cells
    return best


def _rows_alone(text: str, key: Key) -> list[list[str]]:
    """A table of tuples or of numbered items, a row each."""
    count = len(key.part.columns)

    def cells_of(line: str) -> list[str]:
        spoken = spoken_cells(line)
        return [spoken[c] for c in key.part.columns] if spoken.keys() >= set(key.part.columns) else _outside_formulas(line)

    names = [next(n for n, row in row_names(key) if row == r) for r in key.part.rows]
    return by_tuples(text, count, lambda head: row_of(head, key), _outside_formulas) or by_numbers(text, count, names, lambda item: row_of(item, key), cells_of)


def _columns_first(text: str, key: Key) -> list[list[str]]:
    """A table that prose tells column by column."""
    return by_columns(text, list(key.part.columns), lambda head: column_of(head, key), list(row_names(key)), _outside_formulas)


def _match(grid: list[list[str]], key: Key) -> list[Cell]:
    columns: dict[int, str] = {}
    out: list[Cell] = []
    for row in grid:
        named = row_of(row[0], key) if row else None
        if named is None:
            headed = {i: c for i, cell in enumerate(row) if i > 0 and (c := column_of(cell, key)) is not None}
            if headed:
                columns = _one_each(headed, row)
            continue
        where = columns or {i + 1: c for i, c in enumerate(key.part.columns)}
        for i, cell in enumerate(row):
            label, own = _labelled(cell, key) if i else (None, cell)
            column = label or where.get(i)
            if column is not None and own.strip():
                out.append(Cell(named, column, own))
    return out


_OVERALL = re.compile(r"\b(?:total|overall|volume|traffic|bandwidth|bytes|bits|altogether)\b", re.I)


def _one_each(headed: dict[int, str], row: list[str]) -> dict[int, str]:
    """Where two heads name one column, the one that speaks of the total is another quantity: size, total volume."""
    counts = {c: [i for i in headed if headed[i] == c] for c in headed.values()}
    aside = {i for places in counts.values() if len(places) > 1 for i in places if _OVERALL.search(row[i])}
    return {i: c for i, c in headed.items() if i not in aside or set(counts[c]) <= aside}


def _labelled(cell: str, key: Key) -> tuple[str | None, str]:
    """'size of each message: p' and 'size p' as its column and what stands there."""
    m = re.match(r"[-*\s]*([A-Za-z#][A-Za-z# ]{2,40}?)(?:\s*(?::|=|\bis\b|\bare\b)\s*|\s+(?=[$(\d\\]|[A-Za-z](?![A-Za-z])))(.+)$", cell)
    column = column_of(m.group(1), key) if m is not None else None
    return (column, m.group(2)) if m is not None and column is not None else (None, cell)


def row_of(text: str, key: Key) -> str | None:
    """The row that a text names: by the longest title or alias that stands in it."""
    plain_text = normal(text)
    if not plain_text:
        return None
    best: tuple[int, str] | None = None
    for n, row in row_names(key):
        if n in plain_text and (best is None or len(n) > best[0]):
            best = (len(n), row)
    return best[1] if best else None


def row_names(key: Key) -> tuple[tuple[str, str], ...]:
    """Every name of a row in plain words, with the row's id."""
    if "row names" not in key.cache:
        key.cache["row names"] = tuple((normal(name), s.id) for s in key.problem.schedules if s.id in key.part.rows
                                       for name in (s.title, s.id, *s.aliases) if normal(name))
    found = key.cache["row names"]
    assert isinstance(found, tuple)
    return found


def _outside_formulas(text: str) -> list[str]:
    """Cells of a line, cut at commas, semicolons and 'and' that do not stand inside a formula."""
    hidden = re.sub(r"\$[^$]{1,200}\$|\([^()]{0,80}\)", lambda m: "\x00" * len(m.group()), text)
    out, start = [], 0
    for m in re.finditer(r"[,;]|\band\b", hidden):
        out.append(text[start : m.start()].strip())
        start = m.end()
    return [*out, text[start:].strip()]


def _without_name(line: str, key: Key) -> str:
    """A line without the name of its row."""
    head, colon, tail = line.partition(":")
    return tail if colon and row_of(head, key) is not None and row_of(tail, key) is None else line


@lru_cache(4096)
def normal(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", text.lower()).strip()


def column_of(text: str, key: Key) -> str | None:
    """The column that a text names."""
    if _COLUMNS["size"].search(text) and not _NUMBER_OF.search(text):
        return "size" if "size" in key.part.columns else None
    if _COLUMNS["messages"].search(text):
        return "messages" if "messages" in key.part.columns else None
    return None


def _by_names(sentence: str, key: Key) -> list[str]:
    """'the ring sends X, a server sends Y': a clause from each name to the next, where the names stand first and each once."""
    if len(sentence) > 1000:
        return []
    names = sorted({n for s in key.problem.schedules if s.id in key.part.rows for n in (s.title, *s.aliases) if len(n) > 3}, key=len, reverse=True)
    found = list(re.finditer(r"(?<![\w-])(?:" + "|".join(map(re.escape, names)) + r")(?![\w-])", sentence, re.I)) if names else []
    ids = [row_of(m.group(), key) for m in found]
    if len(found) < 2 or len(set(ids)) < len(ids) or re.search(r"[\d=(*^$]|\bmessages?\b|\bsize\b", re.sub(r"\(\d\)|\b\d\.", "", sentence[: found[0].start()])):
        return []
    ends = [*(m.start() for m in found[1:]), len(sentence)]
    clauses = [(m.group(), sentence[m.end() : end]) for m, end in zip(found, ends, strict=True)]
    cut = [re.sub(r"[\s,;.]*(?:\b(?:and|while|but|whereas|with|for|using|in|the|a|an)\b[\s,]*)*$", "", clause) for _, clause in clauses]
    return [f"{name}: {clause}" for (name, _), clause in zip(clauses, cut, strict=True)] if all(spoken_cells(c) for c in cut) else []


def _lines(text: str, key: Key) -> list[list[str]]:
    """A table whose cells stand one a line (as PDF text gives it), or 'name: count, size' a line."""
    lines = [line.strip() for line in re.sub(r" *\\[,;:!] *", " ", text).splitlines() if line.strip()]
    rows: list[list[str]] = []
    clauses = [s.strip() for s in re.split(r";\s+", lines[0])] if len(lines) == 1 else []
    if len(clauses) > 1 and all(row_of(c, key) is not None for c in clauses) and len({row_of(c, key) for c in clauses}) == len(clauses):
        lines = clauses
    if (len(lines) == 1 and lines[0].count(". ")) or sum(1 for x in lines if len(x) > 60) > 1:
        lines = [s.strip() for line in lines for s in re.split(r"(?<=[a-z)$0-9])\.\s+(?=[A-Z])", line)]
    if len(lines) == 1:
        lines = _by_names(lines[0], key) or lines
    by_id: dict[str, dict[str, str]] = {}
    for line in lines:  # a2a-messages: n(n-1)
        m = re.match(r"[-*\s]*`?([a-z0-9]+)-(messages|size)`?\s*[:=]\s*(.+)$", line, re.I)
        if m is not None and m.group(1).lower() in key.part.rows:
            by_id.setdefault(m.group(1).lower(), {})[m.group(2).lower()] = m.group(3)
    if by_id:
        return [[r, *(cells.get(c, "") for c in key.part.columns)] for r, cells in by_id.items()]
    for k, line in enumerate(lines):
        if row_of(line, key) is None:
            continue
        spoken = spoken_cells(_without_name(line, key))
        if spoken:
            rows.append([line.split(":")[0] if ":" in line else line, *(spoken[c] for c in key.part.columns)])
            continue
        columns = [c.strip() for c in re.split(r"\t|\s{2,}|,(?![^(]*\))", line) if c.strip()]
        if len(columns) == 1 + len(key.part.columns) and row_of(columns[0], key) is not None:
            rows.append(columns)
            continue
        if ":" in line and line.split(":", 1)[1].strip():
            rows.append([line.split(":", 1)[0], *_outside_formulas(line.split(":", 1)[1])])
        elif normal(line) and len(normal(line).split()) <= 5:
            following = []
            for x in lines[k + 1 : k + 1 + len(key.part.columns)]:
                if row_of(x, key) is not None or len(x) >= 80:
                    break
                following.append(x.lstrip("-*• "))
            if len(following) == len(key.part.columns):
                rows.append([line, *following])
    return rows


_SPOKEN = (
    re.compile(r"(?P<messages>[^,;:]{1,60}?)\s*\$?\s*messages?\b\s*,?\s*(?:each\s*,?\s*)?(?:(?:of|with)\s+(?:a\s+)?(?:size\s+)?|\(size\s+)(?P<size>[^,;.()]{1,40})", re.I),
    re.compile(r"(?:number of )?messages?\b[^:=,;]{0,12}[:=]\s*(?P<messages>[^,;]{1,60})[,;]\s*(?:\w+\s+)?size\b[^:=,;]{0,20}[:=]\s*(?P<size>[^,;.]{1,40})", re.I),
    re.compile(r"(?P<messages>[^,;:]{1,60}?)\s*\$?\s*messages?\b[^,;:.]{0,30}?,?\s*(?:and\s+|with\s+)?(?:each|every one|all)?\s*(?:message\s+)?"
               r"(?:carries|carrying|carry|contains|containing|holds|holding|has|having)\s+(?P<size>[^,;.()]{1,40}?)\s*\b(?:parameters|params|numbers|floats|entries)\b", re.I),
    re.compile(r"(?:message\s+)?size\b\W{0,4}\s*[:=]\s*(?P<size>[^,;.:=]{1,40}?)[\s$]*(?:,|;|\.|\band\b)[\s,]*"
               r"(?:there\s+are|in)\s+(?P<messages>[^,;:=]{1,60}?)\s*(?:of\s+(?:them|these)|messages?)\b", re.I),
    re.compile(r"(?P<messages>[^,;:]{1,60}),\s*(?:each\s+)?(?:of\s+)?size\s+(?![^,;]{0,40}[:=])(?P<size>[^,;.()]{1,40})", re.I),
    re.compile(r"(?P<messages>[^,;:]{1,60}?)\s+(?:each\s+)?of\s+size\s+(?P<size>[^,;.()]{1,40})", re.I),
)


_SIZED = re.compile("size|of|with|carr|contain|hold|ha[sv]")  # one of them says the size of a message


_ANOTHER_SIZE = re.compile(r"\b(?:and|but|or|then)\s+(?:\w+\s+){0,2}\$[^$]{1,40}\$\s+(?:parameters|params|numbers|floats|entries)\b", re.I)  # '... and $p$ parameters in the second phase'


def spoken_cells(text: str) -> dict[str, str]:
    """'n(n-1) messages of size p' as its two cells; empty where the text is not of this form."""
    if "\n" in text.strip() or len(text) > 300:
        return {}
    low = text.lower()
    if ("message" not in low and "size" not in low) or not _SIZED.search(low):
        return {}
    text = with_size_last(" ".join(re.sub(r"\\[,;!:]", " ", text).split()))  # runs of blanks could be shared out in many ways
    for pattern in _SPOKEN:
        m = pattern.search(text)
        if m is not None and _ANOTHER_SIZE.search(text, m.end()) is None:
            return {"messages": _last_formula(_after_colon(m.group("messages"))), "size": _last_formula(re.sub(r"\beach\b", "", m.group("size")).strip())}
    return {}


def _after_colon(text: str) -> str:
    return re.split(r"\b(?:are|is|sends?|so|with|there|needs?|requires?|uses?|takes?|has|have)\b|:", text)[-1].strip()


def _last_formula(text: str) -> str:
    """The formula that a phrase ends with, whose closing dollar may have been cut off."""
    found = re.findall(r"\$([^$]+)(?:\$|$)", text)
    return found[-1].strip() if found else text
