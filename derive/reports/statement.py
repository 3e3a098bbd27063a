"""What a problem states and what a part asks, in words and formulas, from the spec alone: no answer is looked at."""

from __future__ import annotations

import re

from derive.derivation.schedules import in_words
from derive.maths import expr as E
from derive.maths.expr import Expr
from derive.maths.write import latex, plain
from derive.problem.likelihood import Draw
from derive.problem.model import Part, Problem
from derive.problem.nouns.iteration import State
from derive.problem.nouns.program import Program
from derive.problem.nouns.schedule import QUANTITIES, Send
from derive.problem.nouns.tensors import SIZES
from derive.problem.sizes import counted_names

_EIGEN = {"sum": "their sum", "product": "their product", "discriminant": "the discriminant $(\\lambda_1 - \\lambda_2)^2$"}


_LETTER = re.compile(r"[A-Za-z]|\\[A-Za-z]+")


def short(tex: str, problem: Problem) -> str:
    """Arg-maxima by the name of the declared index, and long names by the letter that the spec also declares for them."""
    for s in problem.symbols.values():
        if s.kind == "index" and s.let is not None:
            tex = tex.replace(latex(s.let), s.name)
        own, letter = latex(E.sym(s.name)), next((a for a in s.aliases if _LETTER.fullmatch(a)), "")
        if letter and own.startswith(r"\mathrm{"):
            tex = tex.replace(own, letter)
    return tex


def symbol_lines(problem: Problem) -> list[str]:
    """The declared symbols that have words, with their values and definitions."""
    out = []
    for s in problem.symbols.values():
        if not s.says:
            continue
        name = short(latex(E.sym(s.name)), problem)
        line = f"- ${name}$: {_words(s.says)}"
        if s.given is not None:
            line += f", ${name} = {latex(s.given)}$"
        out.append(line)
    return out


def _words(text: str) -> str:
    """Words of a spec as Markdown text: underscores and stars of formulas are no emphasis."""
    return text if "$" in text else text.replace("_", r"\_").replace("*", r"\*").replace("|", r"\|")


def iteration_lines(problem: Problem) -> list[str]:
    """The iteration of a problem as one display; nothing where there is none."""
    it = problem.iteration
    if it is None:
        return []
    losses = {s.let: E.sym(s.name) for s in problem.symbols.values() if s.kind == "function" and s.let is not None}
    states = [s.name for s in it.states] or [it.over]
    indexed = {E.sym(n, problem.symbols[n].shape): E.sym(f"{n}_t", problem.symbols[n].shape) for n in states if n in problem.symbols and "_" not in n}

    def shown(e: Expr) -> str:
        return latex(_named_gradients(e, losses, {} if it.flow else indexed))

    rows = [rf"{f} &= {latex(e)}" for e, f in ((e, latex(f)) for e, f in losses.items())]
    for s in it.states or (State(it.over, it.start, it.update),):
        rows.append(rf"{_at(s.name, '0')} &= {latex(s.start)}")
    rows += [rf"{_name(name)} &= {shown(e)}" for name, e in it.before]
    for s in it.states or (State(it.over, it.start, it.update),):
        if s.program is not None:
            rows.append(rf"{_at(s.name, 't+1')} &= {program_tex(s.program, best=True)}")
        else:
            rows.append((rf"\dot{{{_name(s.name)}}} &= " if it.flow else rf"{_at(s.name, 't+1')} &= ") + shown(s.update))
    out = ["$$", r"\begin{aligned} " + short(r" \\ ".join(rows), problem) + r" \end{aligned}", "$$"]
    if it.rescale:
        out += ["", f"The features ${latex(E.sym(it.features or ''))}$ are first divided by the root of their second moment; the result is converted back."]
    if it.assume:
        out += ["", "It is assumed that " + ", ".join(f"${latex(c)}$" for c in it.assume) + "."]
    return out


def _named_gradients(e: Expr, losses: dict[Expr, Expr], indexed: dict[Expr, Expr]) -> Expr:
    """The update at step t, with the declared loss by its name in gradients."""
    if e in indexed:
        return indexed[e]
    if e.op == "grad":
        return e._replace(args=(losses.get(e.args[0], e.args[0]), indexed.get(e.args[1], e.args[1])))
    return e._replace(args=tuple(_named_gradients(a, losses, indexed) for a in e.args))


def _name(name: str) -> str:
    return latex(E.sym(name))


def _at(name: str, index: str) -> str:
    return rf"{_name(name)}_{{{index}}}" if "_" not in _name(name) else rf"({_name(name)})_{{{index}}}"


def schedule_lines(problem: Problem) -> list[str]:
    """Every schedule in words."""
    out: list[str] = []
    for s in problem.schedules:
        out += [f"**{s.title}.**", ""]
        out += [f"- {f'{x.phase}: ' if x.phase else ''}{_words(in_words(x, s))}" + (f", in {_words(_rounds(x))}" if x.loops else "") + "." for x in s.sends]
        out += [f"- then {stage.says or problem.schedule(stage.schedule).title}" for stage in s.stages]
        out.append("")
    return out


def _rounds(send: Send) -> str:
    """'in one round', or 'in rounds r = 0, ..., n - 2'."""
    name, low, high = send.loops[0]
    return "one round" if low == high else f"rounds {name} = {plain(low)}, ..., {plain(high)}"


def program_tex(p: Program, best: bool = False) -> str:
    """The program in one line: min over u of the objective subject to its constraints."""
    head = rf"\operatorname*{{arg\,{p.sense}}}" if best else rf"\{p.sense}"
    out = rf"{head}_{{{', '.join(_name(n) for n in p.over)}}}\; {latex(p.objective)}"
    if p.constraints:
        out += r" \quad\text{subject to}\quad " + r",\; ".join(latex(c) for c in p.constraints)
    return out


def question(problem: Problem, part: Part) -> str:
    """What a part asks, as a sentence: the words of the spec where they are one."""
    says = part.says.strip()
    if says.endswith((".", "?", "!")):
        return says[0].upper() + says[1:]
    asked = f"Give {_words(says)}." if says else _asked(problem, part)
    return asked[0].upper() + asked[1:]


def _asked(problem: Problem, part: Part) -> str:
    base = problem.base(part)
    name = problem.asked_name(part)
    unknown = f"${_name(name)}$" if name else "it"
    if part.ask == "count":
        return f"Give {listed([counted_words(q) for q in part.counted])}."
    if part.ask == "eigenvalues":
        return "Give " + ", ".join(_EIGEN[q] for q in part.quantities) + " of the eigenvalues of the update."
    return {
        "argmin": f"Find the minimiser {unknown}.", "argmax": f"Find the maximiser {unknown}.", "value": "Find the optimal value.",
        "mle": f"Find the maximum-likelihood estimate of {unknown}.", "map": f"Find the maximum a posteriori estimate of {unknown}.",
        "status": "When is the optimum finite?", "dual": "Give the dual norm.", "name": "Which optimizer is this?",
        "limit": f"Where does {unknown} converge?", "condition": "For which step sizes does the iteration converge?",
        "recurrence": "How does the quantity go from one step to the next?", "norm": "Which norm does the limit minimise among all solutions?",
        "table": "Fill in the table.", "iterate": "Give the output after the last step.", "rate": "Give the rate of contraction in the worst mode.",
        "best-rate": "Give the best rate.", "best-step": "Give the parameters that attain the best rate.", "stability": "Below which step size is the iteration stable?",
        "critical-step": "Give the largest step size at which an eigenvalue is repeated.", "steps": "How many steps are needed?",
        "gradient": f"Give the gradient with respect to ${_name(base.derivative.over)}$." if base.derivative else "Give the gradient.",
        "jacobian": "Give the Jacobian.", "hessian": "Give the Hessian.",
    }[part.ask]


def counted_words(quantity: str) -> str:
    """What a spec counts, in words: 'elements of full / elements of cache' is a ratio, 'sent by server' says by whom."""
    what, by, node = quantity.partition(" by ")
    if what in QUANTITIES:
        return (f"the numbers that the {node} sends" if what == "sent" else f"the numbers that the {node} receives") if by else QUANTITIES[what]
    top, *below = [_sized(name, of) for name, of in counted_names(quantity)]
    return f"the ratio of {top} to {below[0]}" if below else top


def _sized(quantity: str, names: tuple[str, ...]) -> str:
    if quantity == "length" and names:
        return listed([f"the number of values of ${index}$ in {op}" for op, _, index in (n.partition(".") for n in names)])
    says = "the number of entries" if quantity == "elements" and names else SIZES[quantity]
    return f"{says} of {listed(list(names))}" if names else says


def listed(items: list[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)


def formal(problem: Problem, part: Part) -> str:
    """The statement of a part as one display of LaTeX; '' where its words are all there is."""
    return short(_formal(problem, part), problem)


def _formal(problem: Problem, part: Part) -> str:
    if part.model is not None:
        return r",\quad ".join(_draw(d) for d in (*part.model.observations, *part.model.priors))
    if part.program is not None:
        out = program_tex(part.program)
        return out + _when(part.program.when)
    if part.derivative is not None:
        d = part.derivative
        at = rf"\quad\text{{at}}\quad {_name(d.over)} = {latex(d.at)}" if d.at is not None else ""
        head = r"\nabla^2" if part.ask == "hessian" else r"\nabla"
        of = f"{_name(d.upstream)}^\\top " if d.upstream else ""
        start = rf"{head}_{{{_name(d.over)}}}" if part.ask != "jacobian" else rf"\frac{{\partial}}{{\partial {_name(d.over)}}}"
        return rf"{start}\; {of}\left( {latex(d.function)} \right){at}" + _when(d.when)
    if part.norm is not None and part.ask == "dual":
        return rf"\max_{{{_unknown(part.norm, part.at)}}}\; {_name(part.at or 'g')}^\top {_unknown(part.norm, part.at)} \quad\text{{subject to}}\quad {latex(part.norm)} \le 1"
    return ""


def _unknown(norm: Expr, at: str | None) -> str:
    return next((_name(n) for n in sorted(E.symbols_in(norm)) if n != at and next(x for x in E.walk(norm) if x.op == "sym" and x.data == n).shape), "x")


def _draw(d: Draw) -> str:
    """'x ~ normal(mu, s^2)' in LaTeX."""
    index = rf",\; {d.index[0]} = {latex(d.index[1])}, \dots, {latex(d.index[2])}" if d.index else ""
    return rf"{latex(d.what)} \sim \operatorname{{{d.family}}}\left({', '.join(latex(a) for a in d.args)}\right){index}"


def _when(conditions: tuple[Expr, ...]) -> str:
    return r" \quad\text{where}\quad " + r",\; ".join(latex(c) for c in conditions) if conditions else ""


def points_text(points: float) -> str:
    """'2 points'."""
    return f"{points:g} point{'' if points == 1 else 's'}"
