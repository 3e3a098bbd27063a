"""Tables as answers: each cell judged, and the words beside them."""

from __future__ import annotations

import html

from derive import patterns as re
from derive.grading.counts.comparisons import false_total, without_true_comparisons
from derive.grading.finding.reply import find_reply
from derive.grading.judging.judge import judge
from derive.grading.judging.orders import judge_order
from derive.grading.keys import Key, kept, key_of
from derive.grading.letters.introduced_letters import introduced_letters, with_letters
from derive.grading.tables.cells import column_of, find_cells, normal, row_names, row_of, spoken_cells
from derive.grading.tables.footnotes import without_footnotes
from derive.grading.tables.heads import of_one_worker
from derive.grading.tables.paragraphs import rows_right
from derive.grading.tables.same_cells import with_same_cells
from derive.grading.verdict import Judgement, Verdict
from derive.grading.words.counted import number_before_extent
from derive.grading.words.meanings import counts_another, redefined, redefined_in_words
from derive.maths.write import plain

# 'Wrong:' before a table, 'all numbers of messages are per worker' behind it.
_DISOWNED = re.compile(r"^\W*(?:an?\s+|the\s+)?(?:\w+\s+)?(?:wrong|incorrect|false)(?:\s+(?:answer|table|solution))?\W*:|\b(?:numbers?|counts?|messages)\b[^.\n|]{0,40}\b(?:are|is)\s+"
                        r"(?:all\s+|counted\s+)?per\s+(?:worker|node|machine|device)\b", re.I)
# What a sentence of words alone does to the cells of a table beside it.
_CHANGES_CELLS = re.compile(
    r"\b(?:mix(?:ed)?[- ]up|mixed|trade[sd]? places|swap\w*|interchang\w*|other way (?:a)?round|should (?:be|read|have been|go|have)|typo|mistakes?|wrong\w*|incorrect\w*|forgot\w*"
    r"|(?<!nothing is )(?<!not )left out|leaves? out"
    r"|(?:must|(?:has|have|needs?|ought) (?:still )?to) be (?:added|doubled|halved|changed|corrected|multiplied|divided|replaced|swapped|removed|counted)"
    r"|(?:as many|the same|that much) again|(?:stands?|is|are|counts?|holds?) (?:only )?for the \w+ (?:alone|only)|not (?:yet )?(?:included|counted|contained)"
    r"|(?:twice|half|double|triple) (?:this|that|these|those|it|of (?:it|this|that)|as (?:much|many))|on second thought|instead|except that|"
    r"multiply (?:it|them|this|these|those|by)|(?:double|halve) (?:it|them|this|these|those|each)|bigger|smaller than (?:it|they)|too (?:large|small|many|few|big)|off by)\b", re.I)
_SENTENCE = re.compile(r"(?<=[.!?)])\s+|\n+|;\s+")
_OF_WORDS = re.compile(r"[A-Za-z\s,.;'’()!:-]{25,400}")


def _changed_in_words(text: str) -> str:
    """A sentence of words alone that changes cells of the table beside it; '' where there is none."""
    return next((s.strip() for s in _SENTENCE.split(text) if _OF_WORDS.fullmatch(s) and _CHANGES_CELLS.search(s)), "")


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
    if wrong := false_total(text, key, lambda h: row_of(h, key), lambda h: column_of(h, key)):
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
    right = set() if table.verdict is Verdict.CORRECT else rows_right(text, key, lambda name: dict(row_names(key)).get(normal(name)))
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
    if (lone := _ONE_CELL.fullmatch(text)) is not None:
        return lone["cell"]  # its head is held against it (label_of_another)
    whole = next((p for p in key.problem.parts if p.ask == "table"), None)
    named = _rows_named(text, key) if whole is not None and len(text) < 6000 else set()
    if whole is not None and (len(named) > 1 or ("|" in text and text.count("|") > 3)):
        table_key = key_of(key.problem, whole, key.certificate is not None)
        text, note = without_footnotes(text, table_key)
        for c in find_cells(text, table_key) if not note else ():
            if (c.row, c.column) == (part.schedule, part.what):
                return c.text
    spoken = spoken_cells(text)
    return spoken.get(str(part.what)) if spoken else None


_ONE_CELL = re.compile(r"\s*\|(?P<head>[^|\n]{1,80})\|[ \t]*\n[ \t]*\|[ :-]+\|[ \t]*\n[ \t]*\|(?P<cell>[^|\n]{1,120})\|\s*")
_OF_WHAT = {"messages": re.compile(r"^(?!.*\b(?:size|per|each|length)\b).*\bmessages?\b", re.I), "size": re.compile(r"\b(?:size|parameters|numbers|length)\b", re.I)}
_LABEL = re.compile(r"\s*[*_]{0,2}(?P<label>[A-Za-z#][A-Za-z# ()/-]{2,60}?)\s*(?::|=)[*_]{0,2}\s*[$\w(\\]")


def label_of_another(text: str, key: Key) -> str:
    """The label of a short answer that names another row of the table, or another column, than the one that is asked: 'size (ring): 2n(n-1)'; '' elsewhere."""
    m = _LABEL.match(text) if len(text) < 60 and "\n" not in text.strip() and not re.search(r"[,;:=].*[,;:=]", text) else None
    if (lone := _ONE_CELL.fullmatch(text)) is not None:
        m = _LABEL.match(f"{lone['head'].strip()}: x")
    if m is None or str(key.part.what) not in _OF_WHAT or key.part.schedule is None:
        return ""
    if re.search(r"\b(?:is|are|of|one|in|each|every)\b", m["label"], re.I):
        return ""
    rows = _rows_named(m["label"], key)
    other = [w for w in _OF_WHAT if w != key.part.what and _OF_WHAT[w].search(m["label"])]
    return m["label"] if (rows and key.part.schedule not in rows) or (other and _OF_WHAT[str(key.part.what)].search(m["label"]) is None) else ""


_OF_EACH = re.compile(
    r"\s+(?:(?:parameters?|params?|numbers?|values?|elements?|entries|floats?)\s+)?(?:(?:per|in each|for each|in every|for every)\s+(?:message|transfer|send)|each)"
    r"(?:,? (?:in both directions|both ways|either way|there and back))?\W*$", re.I)


def without_unit(text: str, key: Key) -> str:
    """'p/n parameters per message', '2n messages over all workers' without the unit that the part asks for, and of how much it is (see words.counted)."""
    text = _OF_EACH.sub("", text) if key.part.what == "size" else text
    return number_before_extent(text) or text


def _rows_named(text: str, key: Key) -> set[str]:
    """The rows whose names stand in a line of a text."""
    names = kept(key, "names of rows", lambda: [(f" {n} ", s.id) for s in key.problem.schedules for n in map(normal, (s.title, *s.aliases)) if len(n) > 3])
    flat = "\n".join([f" {normal(line)} " for line in text.splitlines()])
    return {row for name, row in names if name in flat}


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
        error = next((a.error for a in reply.alternatives if a.error is not None and a.error.text), None)
        return Judgement(Verdict.UNREADABLE, f"'{_cell_text(text)[:60]}' cannot be read: {error}" if error is not None else "it cannot be read"), ""
    judged = [judge(m.expr, own, m.approximate) for m in members]
    worst = next((j for j in judged if j.verdict is not Verdict.CORRECT), judged[-1])
    return worst, plain(members[-1].expr)


_REMARK = re.compile(r"\s*\((?=[^()]*(?<![\\A-Za-z])[A-Za-z]{2,})[^()]{2,120}\)\s*$")  # words, not the \big of a \big)
_UNITS = re.compile(r"\b(?:messages?|parameters?|params?|floats?|numbers?|total|each|in total)\b", re.I)


def _cell_text(text: str) -> str:
    return _UNITS.sub(" ", _REMARK.sub("", text)).strip()
