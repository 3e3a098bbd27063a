"""Tensors and the operations on them, and what can be counted of them."""

from __future__ import annotations

from dataclasses import dataclass

from derive.maths.expr import Expr


@dataclass(frozen=True)
class Window:
    """An index over the places of a sliding window: starts -padding, -padding + stride, ... while it fits.

    size: entries of the window; over: length that it slides over, or (operation, index) whose number of places
    it slides over; dilation: distance of neighbouring entries of the window.
    """

    size: Expr
    over: Expr | tuple[str, str]
    stride: Expr
    padding: Expr
    dilation: Expr


@dataclass(frozen=True)
class Extent:
    """The range of an index: first..last, in counts and earlier indices, or the places of a window."""

    index: str
    first: Expr
    last: Expr
    window: Window | None = None


@dataclass(frozen=True)
class Tensor:
    """An array of `shape`, `copies` times; group: 'parameters', or another word for what it is ('cache')."""

    id: str
    shape: tuple[Expr, ...]
    copies: Expr
    group: str = "parameters"


@dataclass(frozen=True)
class Operation:
    """A sum of products over index ranges: output[...] += left[...] * right[...] for all indices.

    One multiply-add an index tuple. factors, output, bias: (tensor, its plain subscripts); trained: factors and
    biases that are parameters; differentiated: factors whose gradient the backward pass takes, each of them a sum of
    products over the same indices; copies: how often it is done.
    """

    id: str
    extents: tuple[Extent, ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
    output: tuple[str, tuple[str, ...]]
    bias: tuple[tuple[str, tuple[str, ...]], ...]
    trained: tuple[str, ...]
    differentiated: tuple[str, ...]
    copies: Expr


# What can be counted of tensors and operations: of all of them, or 'of NAME, NAME' (operations, tensors, groups).
# 'length of op.i' is the number of values of an index; a quotient of two is written with ' / '.
SIZES = {
    "parameters": "the number of parameters",
    "elements": "the number of entries of tensors",
    "multiply_adds": "the multiply-adds of the forward pass",
    "backward_multiply_adds": "the multiply-adds of the backward pass",
    "flops": "the floating-point operations of the forward pass, two a multiply-add",
    "training_flops": "the floating-point operations of forward and backward pass, two a multiply-add",
    "outputs": "the number of entries of the output",
    "length": "the number of values of an index, such as the height of the output of a convolution",
    "receptive_field": "how many neighbouring inputs an output depends on, along the windows in order",
}
