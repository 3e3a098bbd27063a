"""Statements about eigenvalues of an update, best rates, stability, expectations, most probable values and functions of the text's own."""

from __future__ import annotations

import pytest
from test_transcripts_instances import verdicts

STABLE = (r"The heavy ball on a quadratic with curvature $h > 0$ adds $b$ times the last move to a gradient step: $x \leftarrow x - \eta h x + b\,(x - x_{\text{prev}})$ "
          "with $b$ in $(0, 1)$. What is the supremum of the step sizes for which it is stable?")
BEST = (r"Gradient descent with a constant step runs on $\tfrac12 x^\top H x$ with $H$ symmetric positive definite. The step may be chosen. What is the smallest "
        "worst-case factor per step?")
NOISE = (r"A scalar model $w$ is fitted to one pair $(x, y)$ by gradient steps on $(y - (x + N)w)^2$; the noise $N$ has mean 0 and variance $s^2$ and is drawn independently "
         r"in every step. It starts at 0. What is the limit of $\mathbb{E}[w_t]$?")
RIDGE = "The targets are $y = Xw$ plus independent normal noise of standard deviation $s$; the entries of $w$ have independent normal priors with standard deviation $t$. The mode?"
COIN = r"A coin shows heads $n_1$ times and tails $n_0$ times. Its probability of heads $p$ has a Beta$(a, b)$ prior with $a, b > 1$. Find the mode of the posterior."
HUBER = r"For a number $v\ne0$, what is the least value of $\lambda|x|+\tfrac12(x-v)^2$ over all real $x$?"


def last(problem: str, prompt: str, said: str) -> str:
    """The verdict on the last statement of a reply; 'nothing' where there is none."""
    return next(reversed(verdicts(problem, prompt, said).values()), "nothing")


@pytest.mark.parametrize(("said", "verdict"), [
    (r"The product of the roots is $\lambda_1\lambda_2 = b$.", "true"), (r"The product of the roots is $\lambda_1\lambda_2 = -b$.", "false"),
    (r"The sum is $\lambda_1 + \lambda_2 = 1 + b - \eta h$.", "true"), (r"The sum is $\lambda_1 + \lambda_2 = 1 - b - \eta h$.", "false"),
    (r"So $\lambda_1 - \lambda_2 = \sqrt{(1 + b - \eta h)^2 - 4b}$.", "true"), (r"So $\lambda_2 - \lambda_1 = \sqrt{(1 + b - \eta h)^2 - 4b}$.", "true"),
    (r"So $\lambda_1 - \lambda_2 = \sqrt{(1 + b - \eta h)^2 + 4b}$.", "false"), (r"As a pair, $|\lambda| = \sqrt{b}$.", "true"), (r"As a pair, $|\lambda| = b$.", "false"),
    (r"It is $\lambda^2 - (1 + b - \eta h)\lambda + b = 0$.", "true"), (r"It is $\lambda^2 - (1 + b + \eta h)\lambda + b = 0$.", "false"),
    (r"Both lie inside if and only if $|\lambda_1 + \lambda_2| < 1 + \lambda_1\lambda_2$.", "true"), (r"We need $|\lambda_1 + \lambda_2| < 1$.", "undecided"),
    (r"It is stable if and only if $0 < \eta < \frac{2(1 + b)}{h}$.", "true"), (r"It is stable if and only if $0 < \eta < \frac{2}{h}$.", "false"),
    (r"It is stable for $\eta < \frac{3(1 + b)}{h}$.", "false"), (r"It surely converges for $\eta < \frac{1}{h}$.", "hypothetical"),
    (r"Plain gradient descent is stable if and only if $\eta < \frac{2}{h}$.", "undecided"),
    (r"The supremum is $\frac{2(1 + b)}{h}$.", "true"), (r"The supremum is $\frac{2(1 - b)}{h}$.", "false"), (r"With $b = 0.9$ the supremum is $\frac{3.8}{h}$.", "hypothetical")])
def test_eigenvalues_and_stability(said: str, verdict: str) -> None:
    assert last("bank/heavy_ball_stability", STABLE, said) == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    (r"The best step is $\eta^* = \frac{2}{L + \mu}$.", "true"), (r"The best step is $\eta^* = \frac{1}{L}$.", "false"), (r"The best step is $\eta^* = \frac{2}{L}$.", "false"),
    (r"The best rate is $\rho^* = \frac{\kappa - 1}{\kappa + 1}$.", "true"), (r"The best rate is $\rho^* = 1 - \frac{1}{\kappa}$.", "false"),
    (r"In general $\rho(\eta) = \max(|1 - \eta\mu|, |1 - \eta L|)$.", "true"), (r"In general $\rho(\eta) = |1 - \eta L|$.", "false"),
    (r"The best factor is $\frac{\kappa - 1}{\kappa + 1}$.", "true"), (r"The best factor is $\frac{\kappa}{\kappa + 1}$.", "false"), (r"For $\kappa = 9$ the best factor is $0.8$.", "hypothetical"),
    (r"It converges if and only if $0 < \eta < \frac{2}{L}$.", "true"), (r"It converges if and only if $0 < \eta < \frac{1}{L}$.", "false")])
def test_the_best_rate(said: str, verdict: str) -> None:
    assert last("bank/gd_best_rate", BEST, said) == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    (r"$\mathbb{E}[(x + N)^2] = x^2 + s^2$", "true"), (r"$\mathbb{E}[(x + N)^2] = x^2$", "false"), (r"$\mathbb{E}[N^4] = 3s^4$", "true"), (r"$\mathbb{E}[N^4] = s^4$", "false"),
    (r"$\mathbb{E}[w_{t+1}] = (1 - 2\eta(x^2 + s^2))\mathbb{E}[w_t] + 2\eta xy$", "true"), (r"$\mathbb{E}[w_{t+1}] = (1 - 2\eta x^2)\mathbb{E}[w_t] + 2\eta xy$", "false"),
    (r"$w_{t+1} = w_t + 2\eta (x + N_t)(y - (x + N_t)w_t)$", "true"), (r"$w_{t+1} = w_t - 2\eta (x + N_t)(y - (x + N_t)w_t)$", "false"),
    (r"$\mathbb{E}[(y - (x + N)w)^2] = (y - xw)^2 + s^2w^2$", "true"), (r"$\mathbb{E}[(y - (x + N)w)^2] = (y - xw)^2 + s^2$", "false"),
    (r"$\lim_{t\to\infty}\mathbb{E}[w_t] = \frac{xy}{x^2 + s^2}$", "true"), (r"$\lim_{t\to\infty}\mathbb{E}[w_t] = \frac{y}{x}$", "false"),
    (r"$w_\infty = \frac{xy}{x^2 + s^2}$", "true"), (r"$\mathbb{E}[w_t^2] = \mathbb{E}[w_t]^2$", "unreadable"),
    (r"It converges for $0 < \eta < \frac{1}{x^2 + s^2}$.", "true"), (r"It converges for $0 < \eta < \frac{2}{x^2 + s^2}$.", "false")])
def test_expectations(said: str, verdict: str) -> None:
    assert last("bank/ib_noise_expectation", NOISE, said) == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    (r"$\hat w = (X^\top X + \frac{s^2}{t^2}I)^{-1}X^\top y$", "true"), (r"$\hat w = (X^\top X + \frac{t^2}{s^2}I)^{-1}X^\top y$", "false"),
    (r"$\hat w_{\text{MAP}} = (X^\top X + \frac{s^2}{t^2}I)^{-1}X^\top y$", "true"), (r"$\hat w_{\text{ML}} = (X^\top X)^{-1}X^\top y$", "definition"),
    (r"With $J(w) = \frac{1}{2s^2}\|y - Xw\|_2^2 + \frac{1}{2t^2}\|w\|_2^2$ we have $\nabla J(w) = \frac{1}{s^2}X^\top(Xw - y) + \frac{1}{t^2}w$.", "true"),
    (r"With $J(w) = \frac{1}{2s^2}\|y - Xw\|_2^2 + \frac{1}{2t^2}\|w\|_2^2$ we have $\nabla J(w) = \frac{1}{s^2}X^\top(Xw - y) + \frac{1}{2t^2}w$.", "false"),
    (r"With $J(w) = \frac{1}{2s^2}\|y - Xw\|_2^2 + \frac{1}{2t^2}\|w\|_2^2$ we have $\nabla^2 J(w) = \frac{1}{s^2}X^\top X + \frac{1}{t^2}I$.", "true")])
def test_the_most_probable_weights(said: str, verdict: str) -> None:
    assert last("bank/map_ridge", RIDGE, said) == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    (r"$\hat p = \frac{n_1 + a - 1}{n_1 + n_0 + a + b - 2}$", "true"), (r"$\hat p = \frac{n_0 + b - 1}{n_1 + n_0 + a + b - 2}$", "false"),
    (r"$\hat p = \frac{n_1 + a}{n_1 + n_0 + a + b}$", "false"),
    (r"With $\ell(p) = (n_1 + a - 1)\log p + (n_0 + b - 1)\log(1 - p)$ it is $\ell'(p) = \frac{n_1 + a - 1}{p} - \frac{n_0 + b - 1}{1 - p}$.", "true"),
    (r"With $\ell(p) = (n_1 + a - 1)\log p + (n_0 + b - 1)\log(1 - p)$ it is $\ell'(p) = \frac{n_1 + a - 1}{p} + \frac{n_0 + b - 1}{1 - p}$.", "false"),
    (r"With a flat prior, $a = b = 1$, this is $\hat p = \frac{n_1}{n_1 + n_0}$.", "true"), (r"With a flat prior, $a = b = 1$, this is $\hat p = \frac{n_0}{n_1 + n_0}$.", "false")])
def test_a_coin_with_a_prior(said: str, verdict: str) -> None:
    assert last("bank/map_beta", COIN, said) == verdict


@pytest.mark.parametrize(("said", "verdict"), [
    (r"**Case x > 0.** Then $x = v - \lambda$.", "true"), (r"**Case x > 0.** Then $x = v + \lambda$.", "false"), (r"- Case 2: x < 0. Then $x = v + \lambda$.", "true"),
    (r"So $x = v - \lambda$.", "false"),
    (r"Let $h(x) = \lambda|x| + \frac12(x - v)^2$. Case x < 0. Then $h'(x) = x - v - \lambda$.", "true"),
    (r"Let $h(x) = \lambda|x| + \frac12(x - v)^2$. Case x < 0. Then $h'(x) = x - v + \lambda$.", "false"),
    (r"If $|v| \le \lambda$ then $x^* = 0$.", "true"), (r"If $|v| > \lambda$ then $x^* = 0$.", "false"), (r"Hence $x^* = v - \min(\max(v, -\lambda), \lambda)$.", "true"),
    (r"Hence $x^* = v + \min(\max(v, -\lambda), \lambda)$.", "false"),
    (r"So $M(v) = \begin{cases} \frac12v^2 & |v| \le \lambda \\ \lambda|v| - \frac12\lambda^2 & |v| > \lambda \end{cases}$.", "true"),
    (r"So $M(v) = \begin{cases} \frac12v^2 & |v| \le \lambda \\ \lambda|v| + \frac12\lambda^2 & |v| > \lambda \end{cases}$.", "undecided")])
def test_cases_of_a_minimiser(said: str, verdict: str) -> None:
    assert last("bank/moreau_abs", HUBER, said) == verdict
