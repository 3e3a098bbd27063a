"""Optimizers named in words for updates in a ball, judged by what the update is; every accepted answer stands beside a near miss: another step, another qualifier."""

from __future__ import annotations

import pytest

from derive.derivation.steps import Derivation
from tests.updates import BALL_L2, BALL_LINF, CORRECT, INCORRECT, PARTIAL, UNDECIDED, assert_judged, assert_near_misses

BALL_L2_CASES = [
    ("normalized gradient descent", CORRECT),
    ("gradient descent", PARTIAL),
    ("gradient descent with an adaptive step size δ/‖g‖₂", CORRECT),
    ("normalised GD with step δ", CORRECT),
    ("SignSGD", INCORRECT),
    ("SGD", PARTIAL),
    ("NGD", CORRECT),
    ("gradient descent with unit-normalised gradient, i.e. normalized gradient descent", CORRECT),
    ("steepest descent normalised in the Euclidean norm, i.e. normalized GD", CORRECT),
    ("momentum", INCORRECT),
    ("normalised gradient descent (the step always has length δ)", CORRECT),
    ("gradient descent with normalized gradients", CORRECT),
    ("vanilla gradient descent", PARTIAL),
    ("Normalized SGD with learning rate δ", CORRECT),
    ("Normalized SGD with learning rate δ/2", PARTIAL),
]
BALL_LINF_CASES = [
    ("SignSGD", CORRECT),
    ("sign descent with learning rate δ", CORRECT),
    ("Adam without moments", CORRECT),
    ("Adam without momentum", INCORRECT),
    ("the first step of Adam", CORRECT),
    ("RMSprop", INCORRECT),
    ("RMSprop without averaging", CORRECT),
    ("normalised sign descent", CORRECT),
    ("sign descent with step ‖g‖₁", PARTIAL),
    ("SignSGD with momentum", INCORRECT),
    ("Signum", INCORRECT),
    ("Signum with β = 0", CORRECT),
    ("Lion without momentum", CORRECT),
    ("simplified Adam", UNDECIDED),
    ("Lion", INCORRECT),
    ("normalized steepest descent in the infinity norm", CORRECT),
    ("signSGD with a constant step size", CORRECT),
    ("adaptive signSGD", PARTIAL),
    ("Adam with both betas set to zero", CORRECT),
    ("Adam when $\\beta_1=0$ and $\\beta_2=0$", CORRECT),
    ("Adam with β1 = 0", INCORRECT),
    ("Adam with β1 = 0.9", INCORRECT),
    ("RMSProp using only the current gradient", CORRECT),
    ("Adadelta-free SignSGD", CORRECT),
    ("memoryless Adam", CORRECT),
    ("Adam's limit without memory: sign descent", CORRECT),
    ("RMSprop with no moving average, which is just sign descent", CORRECT),
    ("sign descent, i.e. RMSprop without averaging", CORRECT),
    ("sign descent, i.e. RMSprop", INCORRECT),
    ("RMSprop without averaging or Adam", INCORRECT),
    ("RMSprop or Adam without averaging", CORRECT),
    ("Adam/RMSprop without averaging", CORRECT),
    ("sign descent, or the first step of Adam", CORRECT),
    ("sign descent or Adam", INCORRECT),
    ("Without averaging, RMSprop", CORRECT),
    ("signed gradient method with a step of δ", CORRECT),
    ("SignSGD, lr δ", CORRECT),
    ("SignSGD, lr 2δ", PARTIAL),
    ("RMSprop with β2 = 0", CORRECT),
    ("Adam, if we turn off both moving averages", CORRECT),
    ("Adam with no momentum and no second-moment averaging", CORRECT),
    ("Adam with bias correction", INCORRECT),
    ("FGSM-style sign descent", CORRECT),
    ("FGSM", INCORRECT),
]

TABLE = [
    pytest.param(derivation, text, verdict, id=f"{label}-{k}")
    for label, derivation, cases in (("ball-l2", BALL_L2, BALL_L2_CASES), ("ball-linf", BALL_LINF, BALL_LINF_CASES))
    for k, (text, verdict) in enumerate(cases)
]


@pytest.mark.parametrize(("derivation", "text", "verdict"), TABLE)
def test_a_name_is_judged_by_what_the_update_is(derivation: Derivation, text: str, verdict: str) -> None:
    assert_judged(text, derivation, verdict)


def test_the_table_has_near_misses_for_every_update() -> None:
    for cases in (BALL_L2_CASES, BALL_LINF_CASES):
        assert_near_misses(cases)
    assert len(TABLE) > 50
