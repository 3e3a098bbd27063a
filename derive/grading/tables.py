"""Tables as answers: Markdown, LaTeX or plain; rows and columns matched by name, each cell judged."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import lru_cache

from derive import patterns as re
from derive.grading.column_lines import by_columns
from derive.grading.count_comparisons import false_total, without_true_comparisons
from derive.grading.footnotes import without_footnotes
from derive.grading.grids import MAX_CELLS, html_grid, json_grid, latex_grid, markdown_grid
from derive.grading.introduced_letters import introduced_letters, with_letters
from derive.grading.judging.judge import judge
from derive.grading.keys import Key, kept, key_of
from derive.grading.message_sizes import with_size_last
from derive.grading.orders import judge_order
from derive.grading.reply import find_reply
from derive.grading.row_tuples import by_numbers, by_tuples
from derive.grading.same_cells import with_same_cells
from derive.grading.table_heads import of_one_worker
from derive.grading.table_paragraphs import rows_right
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words.counted import number_before_extent
from derive.grading.words.meanings import counts_another, redefined, redefined_in_words
from derive.maths.write import plain

_COLUMNS = {"messages": re.compile(r"\b(?:number|#|count|how many|messages?)\b", re.I), "size": re.compile(r"\b(?:sizes?|lengths?|volumes?|param(?:eter)?s|payloads?|per message)\b", re.I)}
_NUMBER_OF = re.compile(r"number|count|#|how many", re.I)


# 'Wrong:' before a table, 'all numbers of messages are per worker' behind it.
_DISOWNED = re.compile(r"^\W*(?:an?\s+|the\s+)?(?:\w+\s+)?(?:wrong|incorrect|false)(?:\s+(?:answer|table|solution))?\W*:|\b(?:numbers?|counts?|messages)\b[^.\n|]{0,40}\b(?:are|is)\s+"
                        r"(?:all\s+|counted\s+)?per\s+(?:worker|node|machine|device)\b", re.I)
# What a sentence of words alone does to the cells of a table beside it.
_CHANGES_CELLS = re.compile(
    r"\b(?:mix(?:ed)?[- ]up|mixed|trade[sd]? places|swap\w*|interchang\w*|other way (?:a)?round|should (?:be|read|have been|go|have)|typo|mistakes?|wrong\w*|incorrect\w*|forgot\w*"
    r"|(?<!nothing is )(?<!not )left out|leaves? out"
    r"|(?:must|(?:has|have|needs?|ought) (?:still )?to) be (?:added|doubled|halved|changed|corrected|multiplied|divided|replaced|swapped|removed|counted)"
    r"|(?:as many|the same|that much) again|(?:stands?|is|are|counts?|holds?) (?:only )?for the \w+ (?:alone|only)|not (?:yet )?(?:included|counted|contained)"
    r"|on second thought|instead|except that|"
    r"multiply (?:it|them|this|these|those|by)|(?:double|halve) (?:it|them|this|these|those|each)|bigger|smaller than (?:it|they)|too (?:large|small|many|few|big)|off by)\b", re.I)
_SENTENCE = re.compile(r"(?<=[.!?)])\s+|\n+|;\s+")
_OF_WORDS = re.compile(r"[A-Za-z\s,.'’()!:-]{25,400}")


def _changed_in_words(text: str) -> str:
    """A sentence of words alone that changes cells of the table beside it; '' where there is none."""
    return next((s.strip() for s in _SENTENCE.split(text) if _OF_WORDS.fullmatch(s) and _CHANGES_CELLS.search(s)), "")


@dataclass(frozen=True)
class Cell:
    """One cell: row and column ids, the text that stands there."""

    row: str
    column: str
    text: str


_ENTITY = re.compile(r"&(?:[a-z]{2,10}|#\d{2,6});", re.I)


def judge_table(text: str, key: Key) -> tuple[Judgement, str]:
    """Judge every cell of a table. All right: correct; some: partial; none: incorrect; none found: unreadable.

    A cell that could not be read or decided is no wrong one: where the others leave the verdict to it, the table is undecided.
    """
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    if re.search(r"\b(?:correction|actually|on second thought|should be|mistake)\b", text.rpartition("|")[2] or "", re.I) and "|" in text:
        return Judgement(Verdict.UNDECIDED, "The text corrects its table in words; a person must read it."), ""
    if _DISOWNED.search(text):
        return Judgement(Verdict.UNDECIDED, "The words round the table say that it is another one; a person must read it."), ""
    if changed := _changed_in_words(text):
        return Judgement(Verdict.UNDECIDED, f"Beside the table stands '{changed[:160]}', which may change its cells; a person must read it."), ""
    if head := of_one_worker(text, key, lambda h: column_of(h, key)):
        return Judgement(Verdict.UNDECIDED, f"A head says '{head}': the count of all machines together is asked."), ""
    scope = key.problem.scope()
    if name := (redefined_in_words(text, scope) and "a letter") or redefined(text, scope) or counts_another(text, scope):
        return Judgement(Verdict.UNDECIDED, f"The text gives {name} of the statement another meaning; a person must read it."), ""
    text, wrong = without_true_comparisons(_LEADERS.sub(": ", _HEAD.sub("", text)) if not (key.part.columns[0] != "messages" and _HEAD.match(text)) else text, key)
    if wrong:
        return Judgement(Verdict.UNDECIDED, f"The text also says '{wrong[:160]}', which does not hold."), ""
    if wrong := false_total(text, key, lambda h: row_of(h, key)):
        return Judgement(Verdict.UNDECIDED, f"The table also gives the total {wrong[:160]}, which does not hold."), ""
    letters = introduced_letters(text, scope)
    text, note = without_footnotes(text, key)
    if note:
        return Judgement(Verdict.UNDECIDED, f"A footnote says '{note[:160]}', which may change its cell; a person must read it."), ""
    cells = find_cells(text, key)
    wanted = [(r, c) for r in key.part.rows for c in key.part.columns]
    if not cells:
        return Judgement(Verdict.UNREADABLE, "No table was found: a row for each method and a column for each count is expected."), ""
    found = with_same_cells({(c.row, c.column): c.text for c in cells}, lambda said: row_of(said, key))
    judged: dict[str, Judgement] = {}
    missing: list[str] = []
    read: list[str] = []
    for row, column in wanted:
        name = f"{row}-{column}"
        if (row, column) not in found:
            missing.append(name)
            continue
        judged[name], read_as = judge_cell(found[(row, column)], row, column, key)
        if letters and judged[name].verdict is Verdict.UNREADABLE:
            judged[name], read_as = judge_cell(with_letters(_cell_text(found[(row, column)]), letters), row, column, key)
        read.append(f"{name}: {read_as or found[(row, column)]}")
    table = _of_cells(judged, missing, len(wanted))
    right = set() if table.verdict is Verdict.CORRECT else rows_right(text, key, lambda name: dict(_row_names(key)).get(_normal(name)))
    if right:
        judged |= {f"{r}-{c}": Judgement(Verdict.CORRECT, "It is right as its paragraph tells it.", "measured") for r, c in wanted if r in right}
        table = _of_cells(judged, [m for m in missing if m not in judged], len(wanted))
    return table, "; ".join(read)


def _of_cells(judged: dict[str, Judgement], missing: list[str], count: int) -> Judgement:
    """The judgement of a table from those of its cells."""
    right = [n for n, j in judged.items() if j.verdict is Verdict.CORRECT]
    open_ = [n for n, j in judged.items() if j.verdict in (Verdict.UNREADABLE, Verdict.UNDECIDED)]
    half = [n for n, j in judged.items() if j.verdict is Verdict.PARTIAL]
    wrong = [n for n in judged if n not in {*right, *open_, *half}]
    if len(right) == count:
        return Judgement(Verdict.CORRECT, f"All {count} cells are right.", "measured")
    reason = f"{len(right)} of {count} cells are right."
    for said, names in (("Not right", [*wrong, *half]), ("Not decided", open_)):
        if names:
            reason += f" {said}: " + "; ".join(f"{n} ({judged[n].verdict.value}: {judged[n].reason})" for n in names) + "."
    if missing:
        reason += " Missing: " + ", ".join(missing) + "."
    witness = next((judged[n].witness for n in wrong if judged[n].witness is not None), None)
    if open_ and not (right and (wrong or half or missing)):
        verdict = Verdict.UNDECIDED if len(open_) < len(judged) else Verdict.UNREADABLE
    else:
        verdict = Verdict.PARTIAL if right or half else Verdict.INCORRECT
    return Judgement(verdict, reason, "proved" if wrong and verdict is not Verdict.UNDECIDED else "", witness)


def own_cell(text: str, key: Key) -> str | None:
    """What a text that speaks of several methods, or of number and size, says for this part; None for a plain answer."""
    part = key.part
    whole = next((p for p in key.problem.parts if p.ask == "table"), None)
    named = _rows_named(text, key) if whole is not None and len(text) < 6000 else set()
    if whole is not None and (len(named) > 1 or ("|" in text and text.count("|") > 3)):
        table_key = key_of(key.problem, whole, key.certificate is not None)
        text, note = without_footnotes(text, table_key)
        for c in find_cells(text, table_key) if not note else ():
            if (c.row, c.column) == (part.schedule, part.what):
                return c.text
    spoken = _spoken_cells(text)
    return spoken.get(str(part.what)) if spoken else None


_OF_EACH = re.compile(
    r"\s+(?:(?:parameters?|params?|numbers?|values?|elements?|entries|floats?)\s+)?(?:(?:per|in each|for each|in every|for every)\s+(?:message|transfer|send)|each)\W*$", re.I)


def without_unit(text: str, key: Key) -> str:
    """'p/n parameters per message', '2n messages over all workers' without the unit that the part asks for, and of how much it is (see words.counted)."""
    text = _OF_EACH.sub("", text) if key.part.what == "size" else text
    return number_before_extent(text) or text


def _rows_named(text: str, key: Key) -> set[str]:
    """The rows whose names stand in a line of a text."""
    names = kept(key, "names of rows", lambda: [(f" {n} ", s.id) for s in key.problem.schedules for n in map(_normal, (s.title, *s.aliases)) if len(n) > 3])
    flat = "\n".join([f" {_normal(line)} " for line in text.splitlines()])
    return {row for name, row in names if name in flat}


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


def _spoken_cells(text: str) -> dict[str, str]:
    """'n(n-1) messages of size p' as its two cells; empty where the text is not of this form."""
    if "\n" in text.strip() or len(text) > 300:
        return {}
    low = text.lower()
    if ("message" not in low and "size" not in low) or not _SIZED.search(low):
        return {}
    text = with_size_last(" ".join(re.sub(r"\\[,;!:]", " ", text).split()))  # runs of blanks could be shared out in many ways
    for pattern in _SPOKEN:
        m = pattern.search(text)
        if m is not None:
            return {"messages": _last_formula(_after_colon(m.group("messages"))), "size": _last_formula(re.sub(r"\beach\b", "", m.group("size")).strip())}
    return {}


def _after_colon(text: str) -> str:
    return re.split(r"\b(?:are|is|sends?|so|with|there|needs?|requires?|uses?|takes?|has|have)\b|:", text)[-1].strip()


def _last_formula(text: str) -> str:
    """The formula that a phrase ends with, whose closing dollar may have been cut off."""
    found = re.findall(r"\$([^$]+)(?:\$|$)", text)
    return found[-1].strip() if found else text


_LEADERS = re.compile(r"[ \t]\.{2,}[ \t]")
_HEAD = re.compile(r"\s*\(\s*(?:number\s+of\s+)?messages?\s*,\s*(?:message\s+)?size(?:\s+of\s+each)?\s*\)\s*:?\s*", re.I)


def judge_cell(text: str, row: str, column: str, key: Key) -> tuple[Judgement, str]:
    """Judge what stands in one cell against the count that it asks for; and how it was read."""
    part = next((p for p in key.problem.parts if p.ask == "count" and p.schedule == row and p.what == column), None)
    if part is None:
        return Judgement(Verdict.UNDECIDED, "No part of the problem states this cell."), ""
    own = key_of(key.problem, part, key.certificate is not None)
    reply = find_reply(_cell_text(text), own.wanted)
    members = [m for a in reply.alternatives for i in a.interpretations[:1] for m in i.members]
    orders = tuple(o for a in reply.alternatives for i in a.interpretations[:1] for o in i.orders)
    if orders and not members:
        return judge_order(orders, own), "order of growth"
    if not members or len(reply.alternatives) != 1:
        return Judgement(Verdict.UNREADABLE, "it cannot be read"), ""
    judged = [judge(m.expr, own, m.approximate) for m in members]
    worst = next((j for j in judged if j.verdict is not Verdict.CORRECT), judged[-1])
    return worst, plain(members[-1].expr)


_REMARK = re.compile(r"\s*\((?=[^()]*(?<![\\A-Za-z])[A-Za-z]{2,})[^()]{2,120}\)\s*$")  # words, not the \big of a \big)
_UNITS = re.compile(r"\b(?:messages?|parameters?|params?|floats?|numbers?|total|each|in total)\b", re.I)


def _cell_text(text: str) -> str:
    return _UNITS.sub(" ", _REMARK.sub("", text)).strip()


# ------------------------------------------------------------------------------------------ finding

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
        spoken = _spoken_cells(line)
        return [spoken[c] for c in key.part.columns] if spoken.keys() >= set(key.part.columns) else _outside_formulas(line)

    names = [next(n for n, row in _row_names(key) if row == r) for r in key.part.rows]
    return by_tuples(text, count, lambda head: row_of(head, key), _outside_formulas) or by_numbers(text, count, names, lambda item: row_of(item, key), cells_of)


def _columns_first(text: str, key: Key) -> list[list[str]]:
    """A table that prose tells column by column."""
    return by_columns(text, list(key.part.columns), lambda head: column_of(head, key), list(_row_names(key)), _outside_formulas)


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
    plain_text = _normal(text)
    if not plain_text:
        return None
    best: tuple[int, str] | None = None
    for n, row in _row_names(key):
        if n in plain_text and (best is None or len(n) > best[0]):
            best = (len(n), row)
    return best[1] if best else None


def _row_names(key: Key) -> tuple[tuple[str, str], ...]:
    """Every name of a row in plain words, with the row's id."""
    if "row names" not in key.cache:
        key.cache["row names"] = tuple((_normal(name), s.id) for s in key.problem.schedules if s.id in key.part.rows
                                       for name in (s.title, s.id, *s.aliases) if _normal(name))
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
def _normal(text: str) -> str:
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
    return [f"{name}: {clause}" for (name, _), clause in zip(clauses, cut, strict=True)] if all(_spoken_cells(c) for c in cut) else []


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
        spoken = _spoken_cells(_without_name(line, key))
        if spoken:
            rows.append([line.split(":")[0] if ":" in line else line, *(spoken[c] for c in key.part.columns)])
            continue
        columns = [c.strip() for c in re.split(r"\t|\s{2,}|,(?![^(]*\))", line) if c.strip()]
        if len(columns) == 1 + len(key.part.columns) and row_of(columns[0], key) is not None:
            rows.append(columns)
            continue
        if ":" in line and line.split(":", 1)[1].strip():
            rows.append([line.split(":", 1)[0], *_outside_formulas(line.split(":", 1)[1])])
        elif _normal(line) and len(_normal(line).split()) <= 5:
            following = []
            for x in lines[k + 1 : k + 1 + len(key.part.columns)]:
                if row_of(x, key) is not None or len(x) >= 80:
                    break
                following.append(x.lstrip("-*• "))
            if len(following) == len(key.part.columns):
                rows.append([line, *following])
    return rows
