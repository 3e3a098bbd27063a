"""Communication schedules of a spec: who sends what to whom, what it is for, and what is counted of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from derive.maths.expr import Expr
from derive.maths.symbols import Scope, Symbol
from derive.problem.declarations import declared, scalar
from derive.problem.fields import Place, list_of, only_keys, read_field, text_of, texts_of
from derive.problem.nouns.schedule import GOALS, QUANTITIES, Schedule, Send, Stage

_SCHEDULE = frozenset("id title aliases workers parameters sends goal root latency per_number stages".split())
_SEND = frozenset(["phase", "for", "unless", "from", "to", "chunk", "action", "size"])
_STAGE = frozenset(["run", "times", "says"])


def schedules_of(raw: list[Any], symbols: dict[str, Symbol], place: Place) -> tuple[Schedule, ...]:
    """All schedules of a spec; one that runs others stands after them."""
    out: list[Schedule] = []
    for i, s in enumerate(raw):
        out.append(_schedule(s, symbols, out, place.at(f"schedules[{i}]")))
    return tuple(out)


def counted_of(raw: Mapping[str, Any], ask: str, schedules: tuple[Schedule, ...], place: Place) -> tuple[str, ...]:
    """What a part counts of a schedule, in order; the columns of a table are checked with it."""
    counted = texts_of(raw, "what", place)
    for key, names in (("columns", texts_of(raw, "columns", place)), ("what", counted)):
        for name in names:
            if "schedule" in raw or key == "columns":
                quantity, _, node = name.partition(" by ")
                if quantity not in QUANTITIES or (node and quantity not in ("sent", "received")):
                    raise place.at(key).error(f"'{name}' is not counted.", f"Counted: {', '.join(QUANTITIES)} (sent, received: also 'sent by server').")
                timed = [s for s in schedules if s.id in (raw.get("schedule"), *texts_of(raw, "rows", place))]
                free = [f"'{title}'" for s in timed for title in _without_costs(s, schedules)] if quantity == "time" else []
                if free:
                    raise place.at(key).error(f"the time needs the cost of a message in {', '.join(dict.fromkeys(free))}.",
                                              'Give the schedule latency = "..." and per_number = "...".')
    return counted


def _without_costs(schedule: Schedule, schedules: tuple[Schedule, ...]) -> list[str]:
    """Which of the schedules that send something for this one do not say what a message costs."""
    if not schedule.stages:
        return [schedule.id] if schedule.latency is None else []
    run = {s.schedule for s in schedule.stages}
    return [name for s in schedules if s.id in run for name in _without_costs(s, schedules)]


def _schedule(raw: Any, symbols: dict[str, Symbol], earlier: list[Schedule], place: Place) -> Schedule:
    only_keys(raw, _SCHEDULE, place)
    workers = declared(text_of(raw, "workers", place), symbols, place.at("workers"))
    parameters = declared(text_of(raw, "parameters", place), symbols, place.at("parameters"))
    sends = tuple(_send(s, symbols, place.at(f"sends[{i}]")) for i, s in enumerate(list_of(raw, "sends", place)))
    stages = tuple(_stage(s, symbols, earlier, place.at(f"stages[{i}]")) for i, s in enumerate(list_of(raw, "stages", place)))
    if bool(sends) == bool(stages):
        raise place.at("sends").error("a schedule needs sends, or stages that run other schedules.", "Give one of the two.")
    goal = str(raw.get("goal", "all-reduce"))
    if goal not in GOALS:
        raise place.at("goal").error(f"'{goal}' is not a goal.", f"Goals: {', '.join(GOALS)}.")
    kind, _, number = str(raw.get("root", "worker 0")).partition(" ")
    if number and not number.isdigit():
        raise place.at("root").error(f"'{raw['root']}' is no node.", 'Write root = "server" or root = "worker 0".')
    costs = []
    for key in ("latency", "per_number"):
        costs.append(scalar(read_field(raw[key], Scope(symbols, frozenset(), 1), place.at(key)), place.at(key), "a cost") if key in raw else None)
    if (costs[0] is None) != (costs[1] is None):
        raise place.at("latency").error("latency and per_number go together.", 'A free part costs "0".')
    if stages and costs[0] is not None:
        raise place.at("latency").error("a schedule of stages takes as long as its stages, each by its own cost.",
                                        "Give latency and per_number to the schedules that it runs.")
    return Schedule(text_of(raw, "id", place), text_of(raw, "title", place), texts_of(raw, "aliases", place), workers, parameters, sends,
                    goal, (kind, int(number) if number else None), costs[0], costs[1], stages)


def _stage(raw: Any, symbols: dict[str, Symbol], earlier: list[Schedule], place: Place) -> Stage:
    only_keys(raw, _STAGE, place)
    name = text_of(raw, "run", place)
    if not any(s.id == name for s in earlier):
        raise place.at("run").error(f"there is no earlier schedule '{name}'.", f"Earlier: {', '.join(s.id for s in earlier) or 'none'}.")
    times = read_field(raw.get("times", "1"), Scope(symbols, frozenset(), 1), place.at("times"))
    return Stage(name, scalar(times, place.at("times"), "a number of times"), str(raw.get("says", "")))


def _send(raw: Any, symbols: dict[str, Symbol], place: Place) -> Send:
    only_keys(raw, _SEND, place)
    known = dict(symbols)
    loops: list[tuple[str, Expr, Expr]] = []
    for text in texts_of(raw, "for", place):
        name, _, rest = text.partition(" in ")
        low, dots, high = rest.partition("..")
        if not dots or not name.strip().isidentifier():
            raise place.at("for").error(f"'{text}' is not a range.", 'Write "i in 0..n-1".')
        scope = Scope(known, frozenset(), 1)
        loops.append((name.strip(), read_field(low, scope, place.at("for")), read_field(high, scope, place.at("for"))))
        known[name.strip()] = Symbol(name.strip(), domain="integer")
    scope = Scope(known, frozenset(), 1)
    pairs = []
    for text in texts_of(raw, "unless", place):
        left, eq, right = text.partition("=")
        if not eq:
            raise place.at("unless").error(f"'{text}' is not an equality of indices.", 'Write "i = j".')
        pairs.append((declared(left.strip(), known, place.at("unless")), declared(right.strip(), known, place.at("unless"))))

    def node(key: str) -> tuple[str, Expr | None]:
        text = text_of(raw, key, place).strip()
        kind, _, rest = text.partition(" ")
        return (kind, read_field(rest, scope, place.at(key))) if rest else (kind, None)

    action = str(raw.get("action", "add"))
    if action not in ("add", "replace"):
        raise place.at("action").error(f"'{action}' is not an action.", "add or replace.")
    chunk = read_field(raw["chunk"], scope, place.at("chunk")) if "chunk" in raw else None
    return Send(str(raw.get("phase", "")), tuple(loops), tuple(pairs), node("from"), node("to"), chunk, action,
                read_field(text_of(raw, "size", place), scope, place.at("size")))
