"""Short conversations of our own, every formula of which is true, and the claims found in a text."""

from __future__ import annotations

from pathlib import Path

from derive.problem.load import load_all
from derive.problem.model import Problem
from derive.transcripts.claims.claim import Claim
from derive.transcripts.claims.conversation import find_claims
from derive.transcripts.sources import read_text
from derive.transcripts.turns import split_turns

EUCLIDEAN = r"""**User:** Minimise $g^T u + \frac{1}{\alpha}\|u\|_2^2$ over $u$. Which optimizer is it?

**Assistant:** Write the objective as

$$J(u) = g^T u + \frac{1}{\alpha} u^T u$$

Its gradient is

$$\nabla J(u) = g + \frac{2}{\alpha} u$$

and it vanishes where

$$\frac{2}{\alpha} u = -g$$

so the update is $u = -\frac{\alpha}{2} g$. With the step $\eta = \frac{\alpha}{2}$ this is

$$\theta_{t+1} = \theta_t - \eta \nabla f(\theta_t) = \theta_t - \frac{\alpha}{2} g$$

The value there is $g^T u = -\frac{\alpha}{2} \|g\|_2^2$.
"""

MAXIMUM = r"""**User:** Minimise $g^T u + \frac{1}{\alpha}\|u\|_\infty^2$ over $u$: the squared infinity norm.

**Assistant:** Let $m = \|u\|_\infty$. For a fixed $m$ the best entries are

$$u_i = -m \operatorname{sign}(g_i)$$

and then

$$g^T u = \sum_i g_i u_i = -m \sum_i |g_i| = -m \|g\|_1$$

What is left is

$$J(m) = -m\|g\|_1 + \frac{1}{\alpha} m^2$$

$$\frac{dJ}{dm} = -\|g\|_1 + \frac{2}{\alpha} m = 0 \quad\Rightarrow\quad m = \frac{\alpha}{2}\|g\|_1$$

Hence

$$u = -\frac{\alpha}{2}\|g\|_1 \operatorname{sign}(g)$$

Also $\|g\|_1 = \operatorname{sign}(g)^T g$ and $|g^T u| \le \|g\|_1 \|u\|_\infty$.
"""

DESCENT = r"""**User:** Where does vanilla SGD converge on one equation, $f(\theta) = (1 - a^T\theta)^2$ with $a = (1, 0.1, 0.01)$ from $\theta_0 = 0$?

**Assistant:** The gradient is

$$\nabla f(\theta_t) = -2(1 - a^T\theta_t) a = -2 r_t a$$

where $r_t = 1 - a^T \theta_t$. So

$$\theta_{t+1} = \theta_t + 2\alpha r_t a$$

$$r_{t+1} = r_t - 2\alpha r_t \|a\|^2 = (1 - 2\alpha\|a\|^2) r_t$$

$$\|a\|^2 = 1 + 0.01 + 0.0001 = 1.0101$$

It converges for $\alpha < \frac{1}{1.0101}$. The sum of all steps is

$$\sum_{i=0}^{\infty} r_i = \frac{1}{2\alpha\|a\|^2}$$

At the limit $a^T\theta_\infty = 1$ and $\theta_\infty = c a$ for a scalar $c$, so $c\|a\|^2 = 1$ and $c = \frac{1}{\|a\|^2}$:

$$\theta_\infty = \frac{a}{\|a\|^2} = \left[\frac{10000}{10101}, \frac{1000}{10101}, \frac{100}{10101}\right] \approx [0.9900, 0.0990, 0.0099]$$
"""

SIGNS = r"""**User:** And where does the simplified version of Adam converge, for appropriate step-sizes alpha_t > 0 to give convergence?

**Assistant:** With simplified Adam every coordinate moves by the same amount. Coordinate $i$ of the gradient is

$$g_t^{(i)} = -2 r_t a_i$$

with $r_t = 1 - a^T\theta_t$, and the scale is

$$M_t^{(i)} = \frac{1}{\sqrt{4 r_t^2 a_i^2}} = \frac{1}{2|r_t||a_i|}$$

so that

$$\theta_t = \left(\sum_{s=0}^{t-1} \alpha_s\right) [1, 1, 1]^T$$

In the limit $[1, 0.1, 0.01] \cdot c [1, 1, 1]^T = 1$, that is $1.11 c = 1$ and

$$c = \frac{1}{1.11} = \frac{100}{111}$$

$$\theta_\infty = \left[\frac{100}{111}, \frac{100}{111}, \frac{100}{111}\right] \approx [0.9009, 0.9009, 0.9009]$$
"""

RESCALED = r"""**User:** Now training input feature rescaling: what is the solution in original units?

**Assistant:** After feature rescaling $\tilde a = [1, 1, 1]$ and

$$\tilde\theta_i = |a_i| \theta_i$$

$$\tilde\theta_\infty = \frac{\tilde a}{\|\tilde a\|^2} = \left[\frac13, \frac13, \frac13\right]$$

$$\theta_\infty = \left[\frac13, \frac{10}{3}, \frac{100}{3}\right] \approx [0.333, 3.333, 33.333]$$

Check: $1\cdot\frac13 + 0.1\cdot\frac{10}{3} + 0.01\cdot\frac{100}{3} = 1$.
"""

MESSAGES = r"""**User:** Fill in the table: number of messages sent and size of each message for all-to-all, parameter server, ring all-reduce.

**Assistant:**

## All-to-all

Total messages: n(n-1)

Each message holds the whole gradient: p

## Ring all-reduce

Total messages: n * 2(n-1) = 2n(n-1)

Each message is one chunk: p/n

| | Number of messages | Size of each message |
|---|---|---|
| All-to-all | $n(n-1)$ | $p$ |
| Parameter server | $2n$ | $p$ |
| Ring all-reduce | $2n(n-1)$ | $p/n$ |
"""

CONVERSATIONS = {"euclidean": EUCLIDEAN, "maximum": MAXIMUM, "descent": DESCENT, "signs": SIGNS, "rescaled": RESCALED, "messages": MESSAGES}


def homework_problems() -> dict[str, Problem]:
    """The problems that they are about."""
    return {p.id: p for p in load_all([Path(__file__).resolve().parent.parent / "problems" / "cs182-hw2"])}


def claims_in(text: str, problems: dict[str, Problem]) -> list[Claim]:
    return find_claims(split_turns(read_text(text, "own.md")), list(problems.values()))
