r"""Answers typed half as code and half as mathematics: 'w = inv(H)*b', U @ V', y*<w0, x>, each beside a near miss."""

from __future__ import annotations

import pytest

from derive import grade
from tests.bank import stated

FORMS = [
    ("quad_taylor_minimum", ["w=inv(H)*b; value = -1/2 b'*inv(H)*b", "w=inv(H)*b; value = -0.5*b.T*inv(H)*b", "w=inv(H)*b value=-1/2*b'*inv(H)*b", "w=H**-1*b; value=-1/2*b.T*H**-1*b",
                             r"w = H\b; value = -b'*w/2", "w = np.linalg.inv(H) @ b; value = -0.5 * b @ w"],
     ["w=inv(H)*b; value = 0.5*b.T*inv(H)*b", "w=H*b; value=-0.5*b.T*inv(H)*b", "w=H**-1*b; value=-1/2*b.T*H*b", r"w = b\H; value = -b'*w/2"]),
    ("ib_newton_schulz", ["U @ V' = U V^T", "X_inf = U @ V' = U V^T", "U @ V'"], ["U @ V' = U V", "U @ V' = V U^T", "V @ U'"]),
    ("ls_eckart_young", ["U[:, :k] @ diag(s[:k]) @ V[:, :k].T", "X = U[:,:k] @ diag(s[:k]) @ V[:,:k]'"], ["U[:, :k] @ diag(s[:k]) @ V[:, :k]", "U[:, k:] @ diag(s[k:]) @ V[:, k:].T"]),
    ("kkt_passive_aggressive", ["w = w0 + y*(1 - y*<w0, x>)/<x, x> * x if y*<w0, x> < 1 else w0", "w = w0 + y*(1 - y*<w0, x>)/<x, x> * x if 0 < 1 - y*<w0, x> else w0",
                                "w0 + (1-y<w0,x>)_+ y x/<x,x>", "w = w0 + max(0, 1 - y<w0,x>)/||x||^2 y x",
                                "if y*<w0,x> >= 1: w = w0. Otherwise w = w0 + y*(1 - y*<w0,x>)*x/<x,x>"],
     ["w = w0 + y*(1 - y*<w0, x>)/<x, x> * x if y*<w0, x> > 1 else w0", "w = w0 + y*(1 - y*<w0, x>)/<x, x> * x if 0 > 1 - y*<w0, x> else w0", "w0 + (1-y<w0,x>)_+ y x",
      "if y*<w0,x> <= 1: w = w0. Otherwise w = w0 + y*(1 - y*<w0,x>)*x/<x,x>"]),
    ("kkt_tangency", ["w = S^-1 e / (1' S^-1 e)", "w = inv(S)*e / (ones'*inv(S)*e)"], ["w = S^-1 e / (e' S^-1 e)", "w = S e / (ones'*S*e)"]),
    ("kkt_svm_two_points", ["w = -2/((x2 - x1).T @ (x2 - x1)) (x2 - x1); b = 1 + (2/((x2 - x1).T @ (x2 - x1))(x2 - x1)).T @ x1"],
     ["w = -2/((x2 - x1).T @ (x2 - x1)) (x2 - x1); b = 1 - (2/((x2 - x1).T @ (x2 - x1))(x2 - x1)).T @ x1"]),
    ("mn_halfspace", ["If b > 0, x = b a/(a^T a). Otherwise x = 0."], ["If b < 0, x = b a/(a^T a). Otherwise x = 0."]),
]


@pytest.mark.parametrize(("spec", "right", "wrong"), FORMS, ids=[f[0] for f in FORMS])
def test_forms_beside_their_near_misses(spec: str, right: list[str], wrong: list[str]) -> None:
    for text in right:
        found = grade(stated(spec), "answer", text)
        assert found.verdict.value == "correct", (text, found.reason)
    for text in wrong:
        assert grade(stated(spec), "answer", text).verdict.value != "correct", text


def test_a_command_is_no_left_division() -> None:
    from derive.grading.text.cleaning import cleaned

    assert cleaned(r"n\cdot (n-1)") == r"n\cdot (n-1)" and cleaned(r"2 n\cdot p") == r"2 n\cdot p" and cleaned(r"x = H\b") == "x = H^{-1} b"
