"""The keys of a spec, table by table: what each holds and what it says. The JSON Schema and the reference in docs/specs.md are made from it.

The loader has the sets of keys that it accepts; a test holds that both are the same.
"""

from __future__ import annotations

from derive.problem.nouns.asks import ASKS

# kind of value: text, texts (one or a list), formula (text or number), formulas, number, share, whole, flag, table:NAME, tables:NAME,
# named:NAME (a table of tables by name), any, or words:a|b|c
KEYS: dict[str, dict[str, tuple[str, str]]] = {
    "spec": {
        "schema": ("const:1", "the version of this language: 1"),
        "version": ("text", 'the version of the problem, "1" if absent; variants, keys and grades name it'),
        "id": ("text", "the name of the problem, unique in its set"),
        "title": ("text", "one line"),
        "source": ("text", "where the statement comes from"),
        "statement": ("text", "the problem as students read it: Markdown with LaTeX between dollars"),
        "cues": ("texts", "phrases by which a conversation is recognised to be about this problem"),
        "symbols": ("named:symbol", "every name that a formula or an answer may use"),
        "parts": ("tables:part", "the questions, in order"),
        "iteration": ("table:iteration", "an iteration that the parts speak of"),
        "schedules": ("tables:schedule", "communication schedules that parts count"),
        "tensors": ("tables:tensor", "arrays that parts count"),
        "operations": ("tables:operation", "sums of products that parts count"),
        "misconceptions": ("tables:misconception", "foreseen wrong answers"),
        "credit": ("table:credit", "shares of the points by kind of mistake"),
        "policy": ("table:policy", "points, digits and attempts of parts that name none"),
        "variants": ("table:variants", "what is drawn for each student"),
    },
    "symbol": {
        "type": ("text", 'what it is: "positive", "vector(n)", "spd matrix(n, n)", "dimension", "index", "function(theta)", ...'),
        "says": ("text", "what it is, in words"),
        "aliases": ("texts", "other notations for it in answers, in LaTeX"),
        "value": ("formula", "its value, where the problem is about numbers"),
        "let": ("formula", "its definition by other symbols"),
        "is": ("formula", "the same as let, for functions"),
        "above": ("number", "an open lower bound of a scalar"),
        "below": ("number", "an open upper bound of a scalar"),
        "within": ("text", 'the range of an integer: "0..n-1"'),
        "multiple_of": ("text", "a count that divides it"),
        "gradient": ("text", "of a function: the symbol that is its gradient"),
    },
    "part": {
        "id": ("text", "the name of the part, unique in the problem"),
        "ask": ("words:" + "|".join(ASKS), "what is asked"),
        "says": ("text", "the question in words"),
        "of": ("text", "the earlier part that it is about"),
        "over": ("texts", "the unknown or unknowns; of a derivative, what varies"),
        "minimize": ("formula", "the objective of a program"),
        "maximize": ("formula", "the objective, where it is maximised"),
        "subject_to": ("texts", "constraints"),
        "when": ("texts", "conditions on the parameters under which it is asked"),
        "asked": ("texts", "of several unknowns, those that the answer gives"),
        "as": ("words:vector", "several scalar unknowns are asked as one vector"),
        "also": ("texts", '["value"]: the optimal value is asked beside the optimum'),
        "observe": ("texts", 'what is drawn: "x ~ normal(mu, s^2)"'),
        "prior": ("texts", "how the unknowns are drawn"),
        "norm": ("formula", 'a norm, for ask = "dual"'),
        "at": ("formula", "where: the vector of a dual norm, the point of a derivative"),
        "function": ("formula", "what is differentiated"),
        "upstream": ("text", "the given gradient of a loss with respect to the function"),
        "choose": ("texts", "the parameters that a best rate or step may choose"),
        "quantities": ("texts", "of eigenvalues: sum, product, discriminant"),
        "eigenvalues": ("texts", "names of an eigenvalue, of the first and of the second, for answers"),
        "until": ("formula", "the condition that a number of steps must reach"),
        "schedule": ("text", "the schedule that is counted"),
        "what": ("texts", "what is counted"),
        "rows": ("texts", "of a table: schedules"),
        "columns": ("texts", "of a table: what is counted"),
        "symbols": ("texts", "names that the answer is written in, for people"),
        "aliases": ("texts", "other names that the part is called by in answers"),
        "published": ("text", "an answer that the source gives: the derivation is checked against it"),
        "points": ("number", "what the part is worth"),
        "digits": ("whole", "significant digits that a decimal needs at least"),
        "credit": ("table:credit", "shares of the points by kind of mistake, in this part"),
        "follow_through": ("flag", "a value that is right for the student's own earlier part earns part of the points"),
    },
    "iteration": {
        "over": ("texts", "the state or states, in the order of their updates"),
        "loss": ("formula", "the function that is minimised"),
        "start": ("any", "where the states start: a formula, or a table by state"),
        "update": ("any", "the next value: a formula, a table by state, or a program { over, minimize }"),
        "step": ("text", "the symbol of the step size"),
        "steps": ("words:constant|diminishing", "how step sizes go"),
        "residual": ("table:residual", "the quantity that a recurrence is asked for"),
        "rescale": ("words:second-moment", "features are divided by the root of their second moment first"),
        "features": ("text", "the feature vector that is rescaled"),
        "order": ("words:simultaneous|sequential", "whether an update sees the old values or the new ones before it"),
        "before": ("named:formula", "quantities that are worked out before the updates of each step"),
        "output": ("formula", "what is asked for, a formula in the states"),
        "count": ("formula", "the number of steps, or the time of a flow"),
        "clock": ("text", "the symbol of the number of the step"),
        "noise": ("named:noise", "what is drawn anew in every step"),
        "end": ("text", "the symbol of the limit, for conditions on accuracy"),
        "modes": ("table:modes", "a range of curvature that the rate is taken over"),
        "flow": ("flag", "time is continuous, the update is the velocity"),
        "assume": ("texts", "conditions on the parameters"),
    },
    "residual": {"symbol": ("text", "its symbol"), "is": ("formula", "its definition")},
    "noise": {
        "mean": ("formula", "its mean, 0 if absent"), "variance": ("formula", "the variance of every entry"), "law": ("words:normal", "its law, where that matters"),
    },
    "modes": {"symbol": ("text", "the symbol of the curvature"), "from": ("formula", "its smallest value"), "to": ("formula", "its largest value")},
    "schedule": {
        "id": ("text", "its name"), "title": ("text", "its name for people"), "aliases": ("texts", "other names in answers"),
        "workers": ("text", "the count of workers"), "parameters": ("text", "the count of numbers of the vector"),
        "sends": ("tables:send", "who sends what to whom"),
        "goal": ("words:all-reduce|reduce-scatter|all-gather|reduce|broadcast|gather|scatter|exchange", "what it must achieve; all-reduce if absent"),
        "root": ("text", 'the node that a reduce, gather, broadcast or scatter speaks of: "worker 0" or "server"'),
        "latency": ("formula", "the cost of a message, beside that of its numbers"), "per_number": ("formula", "the cost of a number"),
        "stages": ("tables:stage", "earlier schedules that run one after another, instead of sends"),
    },
    "send": {
        "phase": ("text", "a label; neighbours with the same one run together"),
        "for": ("texts", 'ranges, the first counts the rounds: "r in 0..n-2"'),
        "unless": ("texts", 'pairs of indices that must differ: "i = j"'),
        "from": ("text", 'the sender: "worker i" or "server"'), "to": ("text", 'the receiver: "worker (i + 1) mod n"'),
        "chunk": ("formula", "which of the n chunks, modulo n; absent: the whole vector"),
        "action": ("words:add|replace", "what the receiver does with it"), "size": ("formula", "the numbers of a message"),
    },
    "stage": {"run": ("text", "an earlier schedule"), "times": ("formula", "how often"), "says": ("text", "what for")},
    "tensor": {
        "id": ("text", "its name"), "says": ("text", "what it is"), "shape": ("formulas", "its sizes"), "copies": ("formula", "how many there are"),
        "group": ("text", '"parameters", or another word to count by'),
    },
    "operation": {
        "id": ("text", "its name"), "says": ("text", "what it is"), "product": ("text", '"W[i, j] * x[j]": one multiply-add an index tuple'),
        "output": ("text", '"y[i]"'), "bias": ("texts", '"b[i]"'), "trained": ("texts", "which of them are parameters"),
        "differentiated": ("texts", "factors whose gradient the backward pass takes; both if absent"), "copies": ("formula", "how often it is done"),
        "ranges": ("named:range", 'for each index its length "n", a range "i..n", or a window'),
    },
    "window": {
        "window": ("formula", "entries of the window"), "over": ("formula", "the length that it slides over, or operation.index"), "stride": ("formula", "1 if absent"),
        "padding": ("formula", "0 if absent"), "dilation": ("formula", "1 if absent"),
    },
    "misconception": {
        "part": ("text", "the part"), "answer": ("formula", "the wrong answer"), "says": ("text", "what to say of it"), "credit": ("share", "the share of the points it earns"),
    },
    "policy": {
        "points": ("number", "of a part that names none; 1 if absent"), "digits": ("whole", "of a part that names none; 2 if absent"),
        "follow_through": ("flag", "of every part that asks for the value of an earlier one"),
        "attempts": ("whole", "how many attempts are marked; all if absent"), "counts": ("words:last|best", "which attempt counts"),
        "attempt_cost": ("share", "the share of the points that every attempt before it costs"),
        "feedback": ("words:full|hint|verdict", "how much a student is shown"),
    },
    "variants": {
        "draw": ("named:draw", "the parameters that are drawn"), "where": ("texts", 'conditions on the numbers drawn: "b != c"'),
        "whole": ("texts", 'what must be an integer: "sqrt(b^2 + c^2)"'),
    },
    "draw": {
        "in": ("any", 'the values: numbers, texts, or { value = "inf", tex = \'\\infty\', says = "maximum" }'), "from": ("number", "the first of a range"),
        "to": ("number", "its last"), "step": ("number", "its step; 1 if absent"), "says": ("text", "what it is"),
    },
}

_KINDS = {"text": "text", "texts": "text or list of texts", "formula": "formula", "formulas": "list of formulas", "number": "number", "share": "number from 0 to 1",
          "whole": "whole number", "flag": "true or false", "any": "see text"}


def key_table(name: str) -> str:
    """The keys of one table as a Markdown table: key, what it holds, what it says."""
    rows = ["| key | holds | meaning |", "|---|---|---|"]
    for key, (kind, says) in KEYS[name].items():
        what, _, rest = kind.partition(":")
        shown = (_KINDS.get(what) or {"const": rest, "table": f"a table ({rest})", "tables": f"tables `[[{key}]]`", "named": "a table by name"}.get(what)
                 or ", ".join(f'`"{w}"`' for w in rest.split("|")))
        if (name, key) == ("part", "ask"):
            shown = "one of those above"
        rows.append(f"| `{key}` | {shown} | {says[0].upper() + says[1:] if says[0].isalpha() and not says.startswith('n ') else says} |".replace("||", r"\|\|"))
    return "\n".join(rows)
