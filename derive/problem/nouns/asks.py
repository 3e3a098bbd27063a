"""What a part can ask."""

ASKS = {
    "argmin": "the minimiser of a program",
    "argmax": "the maximiser of a program",
    "value": "the optimal value of a program",
    "mle": "the unknowns under which what was observed is most likely",
    "map": "the unknowns of the largest posterior density",
    "status": "when a program is bounded (or attained, or feasible)",
    "dual": "the dual of a norm",
    "name": "which declared optimizer an update is",
    "limit": "where an iteration converges",
    "condition": "for which step sizes an iteration converges",
    "recurrence": "how a quantity of an iteration goes from one step to the next",
    "norm": "a norm that the limit of an iteration minimises among all solutions",
    "count": "how many messages a schedule sends, or how large each is",
    "table": "several counts at once",
    "iterate": "the output of an iteration after its number of steps",
    "rate": "the factor by which an iteration contracts per step, in the worst mode",
    "best-rate": "the smallest such factor over the parameters that may be chosen",
    "best-step": "the parameters that attain it",
    "stability": "the supremum of the step sizes for which a linear iteration is stable",
    "critical-step": "the largest step size at which a linear update has a repeated eigenvalue",
    "eigenvalues": "symmetric functions of the eigenvalues of a linear update: their sum, product, ...",
    "steps": "the fewest steps after which a condition holds",
    "gradient": "the gradient of a function (of shape `over`), or of <upstream, function> for a function with several entries",
    "jacobian": "the Jacobian of a vector function: the matrix J with d function = J d over",
    "hessian": "the matrix of second derivatives of a function",
}

# What a part can ask about an iteration, besides its recurrence and the norm that its limit minimises.
ITERATION_ASKS = frozenset(
    ("limit", "condition", "iterate", "rate", "best-rate", "best-step", "stability", "critical-step", "eigenvalues", "steps"))

# Symmetric functions of the eigenvalues of an update.
OF_EIGENVALUES = {"sum": "the sum of the eigenvalues", "product": "their product", "discriminant": "(l1 - l2)^2 of a 2 x 2 update"}
