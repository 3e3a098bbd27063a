"""Expr: the one typed language that specs, derivations, answers and claims are read into.

An Expr is a tree of operations with a shape. A shape is a tuple of dimensions: () scalar,
(n,) vector, (m, n) matrix, (1, n) row; a dimension is an integer or the name of a symbol.
Indices count from 1. Expressions are immutable, hashable and compared by structure.

    op       args                      data              meaning
    num      -                         Fraction          an exact number
    dec      -                         (Fraction, text)  a decimal as it was written
    const    -                         'pi' 'e' 'inf'
    sym      -                         name              a declared symbol
    idx      -                         name              a bound or declared index, 1-based
    dim      -                         name              a dimension used as a number
    add neg mul div pow                                  elementwise; scalars broadcast
    matmul   a, b                                        A @ B, A @ x, row @ A, x @ row (outer)
    dot      a, b                                        sum_i a_i b_i
    T inv pinv trace det diag total mean rank            of one argument
    matpow   a, k                                        matrix power; a fractional one of a symmetric matrix
    svd      a                         'u'|'s'|'v'       thin: a = U diag(s) V^T, s_1 >= s_2 >= ... >= 0
    qr       a                         'q'|'r'           thin: a = Q R of a matrix of full column rank
    chol     a                         -                 lower triangular: a = L L^T
    eig      a                         'values'|'vectors'  of a symmetric matrix, the largest value first
    fn       args                      name              elementwise function (FUNCTIONS)
    norm     x, p                      'p'|'fro'|'nuc'|'op'   p is an Expr (number, symbol, inf)
    reduce   body, lo, hi              (kind, index)     kind: sum prod max min
    reduceall x                        kind              max or min over all entries
    argopt   body, hi                  (kind, index)     argmax | argmin over index in 1..hi
    at       x, i [, j]                                  entry of a vector or matrix
    slice    x, first, last               entries of a vector, as the argument of a function of numbers
    basis    i                                           unit vector e_i
    ones zeros eye                                       constant vectors, matrices
    vec      entries                                     explicit vector
    mat      entries, row by row                         explicit matrix
    comp     body                      index             the vector with i-th entry body(i), or the matrix with i-th row body(i)
    cases    v1, c1, v2, c2, ..., v                      first value whose condition holds
    rel      a, b                      '<' '<=' '=' ...  a condition or an equation
    and or not                                           of conditions
    bool     -                         True | False
    psd      a                                           a is symmetric positive semidefinite
    set list interval union                              collections (answers, compare)
    root     gap                       (name, positive)  the number at which gap, in letter(name), is 0 (derive.maths.roots)
    letter   -                         name              that number, inside gap
    restate  -                         text              an optimisation or limit left standing
"""

from derive.maths.expr.arithmetic import (
    add,
    aligned,
    as_column,
    div,
    dot,
    fn,
    inverse,
    matmul,
    mean,
    mul,
    neg,
    power,
    product,
    same_shape,
    square,
    sub,
    total,
    transpose,
)
from derive.maths.expr.indexed import (
    argopt,
    at,
    cases,
    collection,
    comp,
    logic,
    mat,
    nonzeros,
    reduce_all,
    reduce_over,
    rel,
    vec,
)
from derive.maths.expr.matrices import (
    chol,
    det,
    diag,
    eig,
    inside_least,
    least,
    norm,
    pinv,
    polar,
    psd,
    qr,
    rank,
    svd,
    trace,
)
from derive.maths.expr.node import (
    BINARY_FUNCTIONS,
    COLLECTIONS,
    CONDITIONS,
    EULER,
    FUNCTIONS,
    HALF,
    INF,
    ONE,
    PI,
    SCALAR,
    TWO,
    UNARY_FUNCTIONS,
    ZERO,
    Dim,
    Expr,
    Shape,
    ShapeError,
    basis,
    dec,
    dim,
    eye,
    idx,
    num,
    ones,
    restate,
    shape_text,
    sym,
    truth,
    zeros,
)
from derive.maths.expr.rebuilt import (
    rebuild,
    replace,
    with_dims,
)
from derive.maths.expr.trees import (
    bound_index,
    free_indices,
    has,
    is_number,
    number_value,
    symbols_in,
    walk,
)

__all__ = [
    "BINARY_FUNCTIONS",
    "COLLECTIONS",
    "CONDITIONS",
    "EULER",
    "FUNCTIONS",
    "HALF",
    "INF",
    "ONE",
    "PI",
    "SCALAR",
    "TWO",
    "UNARY_FUNCTIONS",
    "ZERO",
    "Dim",
    "Expr",
    "Shape",
    "ShapeError",
    "add",
    "aligned",
    "argopt",
    "as_column",
    "at",
    "basis",
    "bound_index",
    "cases",
    "chol",
    "collection",
    "comp",
    "dec",
    "det",
    "diag",
    "dim",
    "div",
    "dot",
    "eig",
    "eye",
    "fn",
    "free_indices",
    "has",
    "idx",
    "inside_least",
    "inverse",
    "is_number",
    "least",
    "logic",
    "mat",
    "matmul",
    "mean",
    "mul",
    "neg",
    "nonzeros",
    "norm",
    "num",
    "number_value",
    "ones",
    "pinv",
    "polar",
    "power",
    "product",
    "psd",
    "qr",
    "rank",
    "rebuild",
    "reduce_all",
    "reduce_over",
    "rel",
    "replace",
    "restate",
    "same_shape",
    "shape_text",
    "square",
    "sub",
    "svd",
    "sym",
    "symbols_in",
    "total",
    "trace",
    "transpose",
    "truth",
    "vec",
    "walk",
    "with_dims",
    "zeros",
]
